import { expect, test } from 'vitest'
import { sweepAll } from '../../src/cli/sweeping.ts'
import { DAY, MINUTE, START } from '../support/account.ts'
import { type TestApi, testApi } from '../support/api.ts'
import { describeDatabase } from '../support/postgres.ts'

const novel = (accountId: string, index: number) => ({
  id: `${accountId}-${index}`,
  time: new Date(START + index * MINUTE).toISOString(),
  accountId,
  plan: 'pro',
  client: 'ChatBox/1.15',
  input: {
    text: `Write chapter ${index} of my novel, call 13800138000: the dragon Brumbledor sulks under the old bridge and will not speak to the knight.`,
    system: 'You are Brumbledor, a sulking dragon. Stay in character.',
  },
})
const coding = (accountId: string, index: number) => ({
  ...novel(accountId, index),
  input: {
    text: 'fix the failing test in src/parser.ts: TypeError: undefined is not a function at parse (parser.ts:12)',
  },
})

const kept = async ({ db }: TestApi, accountId: string) =>
  (await db.query('select * from excerpts where account_id = $1 order by time', [accountId])).rows

async function appealed(api: TestApi, accountId: string) {
  const { violations } = (await api.ask('support', `GET /v1/accounts/${accountId}`)).body
  const filed = await api.ask('gateway', 'POST /v1/appeals', { accountId, violationId: violations[0].id })
  return (await api.ask('support', `GET /v1/appeals/${filed.body.appeal.id}`)).body
}

describeDatabase('where policy keeps excerpts', () => {
  const api = testApi(({ policy }) => {
    policy.evidence.excerpt = { keep: true, maxCharacters: 60, days: 14 }
  })
  const post = (events: unknown[]) => api.ask('gateway', 'POST /v1/events', events)
  const sweep = (now: number) => {
    const committing = { ...api.deps, excerpts: new WeakMap(), clock: undefined }
    return sweepAll({ db: api.db, committing, clock: 'events', now, source: undefined, consuming: undefined })
  }

  test('a non-coding event that is evidence leaves one, masked and short; other events leave none', async () => {
    const grace = 22
    await post([coding('ada', 0), ...Array.from({ length: 30 }, (_, i) => novel('ada', i + 1))])
    const rows = await kept(api, 'ada')
    expect(rows[0]).toEqual({
      account_id: 'ada',
      event_id: 'ada-1',
      time: START + MINUTE,
      excerpt: 'Write chapter 1 of my novel, call [phone]: the dragon Brumb…',
      expires_at: START + MINUTE + 14 * DAY,
      signals: expect.arrayContaining([
        { name: expect.stringMatching(/^reads as .*fiction: asks for a story/), weight: expect.any(Number) },
      ]),
    })
    expect(rows.length).toBeGreaterThanOrEqual(20)
    expect(rows.length).toBeLessThan(grace + 2) // what comes in the grace is metered
  })

  test('support sees those of the events that the violation names, beside the appeal, and that is on record', async () => {
    await post(Array.from({ length: 30 }, (_, i) => ({ ...novel('ben', i), sessionId: 'of-ben' })))
    const shown = await appealed(api, 'ben')
    const { evidence } = shown.entries.find(({ type }: { type: string }) => type === 'ViolationRecorded').violation
    expect(shown.excerpts.map(({ eventId }: { eventId: string }) => eventId)).toEqual(
      evidence.map(({ id }: { id: string }) => id),
    )
    expect(shown.excerpts[0].excerpt).toMatch(/^Write chapter \d+ of my novel, call \[phone\]/)
    const { signals } = shown.excerpts.at(-1)
    expect(signals.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([expect.stringContaining('fiction'), 'earlier turns of the session were not coding']),
    )
    const { rows } = await api.db.query("select what from evidence_access where account_id = 'ben'")
    expect(rows).toContainEqual({ what: 'appeal' })
  })

  test('none of it gets into ledger, state, inputs or notices', async () => {
    await post(Array.from({ length: 30 }, (_, i) => novel('cat', i)))
    expect(await kept(api, 'cat')).not.toEqual([])
    const { rows } = await api.db.query(`
      select entry as said from ledger union all select encode(state, 'escape') from accounts
      union all select input::text from inputs union all select notice::text from notices`)
    expect(rows.length).toBeGreaterThan(3)
    expect(JSON.stringify(rows)).not.toMatch(/chapter \d|dragon/)
  })

  test('once its term is over it is not shown, and the next sweep deletes it and no other', async () => {
    await post(Array.from({ length: 30 }, (_, i) => novel('dan', i)))
    const [first, second] = await kept(api, 'dan')
    await sweep(first.expires_at - 1)
    expect((await kept(api, 'dan'))[0]).toEqual(first)
    await sweep(first.expires_at)
    expect((await kept(api, 'dan'))[0]).toEqual(second)
    api.clock.now = START + 15 * DAY
    expect((await appealed(api, 'dan')).excerpts).toEqual([])
  })

  test('an event that was scored at the edge has no text, and leaves none', async () => {
    const score = { nonCoding: 1, evidence: 1, classifier: 'edge' }
    const { input: _, ...bare } = novel('eve', 0)
    await post([{ ...bare, score }])
    expect(await kept(api, 'eve')).toEqual([])
  })
})

describeDatabase('where policy keeps none', () => {
  const api = testApi()
  test('there are none', async () => {
    await api.ask(
      'gateway',
      'POST /v1/events',
      Array.from({ length: 30 }, (_, i) => novel('fay', i)),
    )
    expect((await appealed(api, 'fay')).excerpts).toEqual([])
    expect(await kept(api, 'fay')).toEqual([])
  })
})
