import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import type { Request } from '../../../src/classify/requests/request.ts'
import { packaged } from '../../../src/config.ts'
import { productOf } from '../../../src/window/client.ts'

const folder = packaged('rules/canary')
const files = readdirSync(folder).map((name) => ({
  name,
  requests: readFileSync(`${folder}/${name}`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Request => JSON.parse(line)),
}))
const all = files.flatMap(({ requests }) => requests)

/** The turns of every session. */
const sessionsOf = (requests: readonly Request[]) =>
  Map.groupBy(
    requests.filter(({ sessionId }) => sessionId !== undefined),
    ({ sessionId }) => sessionId,
  )

describe('the canary that ships', () => {
  const { supportedClients } = JSON.parse(readFileSync(packaged('rules/policy.json'), 'utf8'))

  it.each<string>(supportedClients)('holds requests of %s', (client) => {
    const products = new Set(all.map((request) => productOf(request.client ?? '')))
    expect(products).toContain(client.toLowerCase())
  })

  test.each(files)('$name holds whole sessions, and calls that a tool makes by itself', ({ requests }) => {
    const sessions = [...sessionsOf(requests).values()]
    expect(sessions.filter((turns) => turns.length >= 8).length).toBeGreaterThanOrEqual(2)
    expect(requests.filter(({ sessionId }) => sessionId === undefined).length).toBeGreaterThanOrEqual(8)
  })

  it('names every request once, and keeps a session in one file', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(sessionsOf(all).size).toBe(files.reduce((sum, { requests }) => sum + sessionsOf(requests).size, 0))
  })
})
