import { expect, test } from 'vitest'
import { toTry } from '../../../../src/cli/demo/screen/toTry.ts'

const violation = (id: string, status: 'active' | 'voided') => ({
  ...{ id, status, rule: 'r', severity: 'major', category: 'c', plan: 'pro' as const, at: '', leaves: [] },
  incidents: { count: 1, first: '', last: '' },
})
const ended = {
  ...{ home: '.lanekeeper/demo', seed: 1, isElsewhere: false },
  account: { accountId: '陈工', violations: [violation('vio_1', 'active'), violation('vio_2', 'voided')] },
}
const server = { address: 'http://127.0.0.1:8080', adminKey: 'lk_x' }

test('while the server runs there are calls to paste, with its address, a key, an account, and a violation that counts', () => {
  const lines = toTry({ ...ended, server }).split('\n')
  expect(lines).toContain('export KEY=lk_x')
  const calls = lines.filter((line) => line.startsWith('curl '))
  const curl = (path: string) => `curl -H "Authorization: Bearer $KEY" http://127.0.0.1:8080${path}`
  const id = encodeURIComponent('陈工')
  expect(calls[0]).toContain(curl(`/v1/accounts/${id} `))
  expect(calls[1]).toContain(curl(`/v1/accounts/${id}/timeline`))
  expect(calls[2]).toContain('http://127.0.0.1:8080/v1/entitlements/stream')
  expect(calls[3]).toContain(`/v1/appeals -d '{"accountId":"陈工","violationId":"vio_1"}'`)
  expect(calls).toHaveLength(4)
})

test('once it has ended there is what works without it, in the home of the demo', () => {
  const commands = (change: object) => toTry({ ...ended, ...change }).split('\n')
  expect(commands({})).toEqual([
    'LANEKEEPER_HOME=.lanekeeper/demo npx lanekeeper accounts show 陈工',
    'npx lanekeeper start --demo --seed 2    # another day',
  ])
  expect(commands({ home: "a b's/demo", isElsewhere: true })[0]).toBe(
    "env -u DATABASE_URL LANEKEEPER_HOME='a b'\\''s/demo' npx lanekeeper accounts show 陈工",
  )
})

test('who has no violation that counts has nothing to appeal against', () => {
  const account = { ...ended.account, violations: [] }
  expect(toTry({ ...ended, account, server })).not.toContain('/v1/appeals')
})
