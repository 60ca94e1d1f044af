import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PROBLEMS } from '../src/api/problems.ts'
import { routes } from '../src/api/routes/all.ts'
import { packaged } from '../src/config.ts'

const page = readFileSync(packaged('docs/gateway.md'), 'utf8')
const calls = [...page.matchAll(/^curl (?:[^$\n]*?)"?\$URL(\/[^\s"?]+)([\s\S]*?)\n```/gm)].map(
  ([, path, rest]) => `${/ (-d|--data-binary) /.test(rest!) ? 'POST' : 'GET'} ${path}`,
)

describe("the gateway engineer's page", () => {
  it('has a curl for every route of a gateway, and none for what does not exist', () => {
    const known = new Map(routes.map((one) => [`${one.method} ${one.path}`, one.roles]))
    for (const call of calls) expect([call, known.has(call)]).toEqual([call, true])
    const own = [...known].filter(([, roles]) => roles.includes('gateway')).map(([name]) => name)
    expect(calls).toEqual(expect.arrayContaining(own))
  })

  it('lists every problem with its status, and no other', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)])
    expect(rows).toEqual(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]))
  })
})
