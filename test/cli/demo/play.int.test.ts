import { afterEach, expect, test, vi } from 'vitest'
import type { LedgerEntry } from '../../../src/account.ts'
import { scoreEvent } from '../../../src/classify/scoreEvent.ts'
import { decisionReader } from '../../../src/cli/decisions.ts'
import { apiClient } from '../../../src/cli/demo/apiClient.ts'
import { type Keys, makeKeys } from '../../../src/cli/demo/keys.ts'
import { castOf, type Played, play, STRETCH } from '../../../src/cli/demo/play.ts'
import type { Standing } from '../../../src/cli/demo/records.ts'
import { startService } from '../../../src/cli/service.ts'
import { packaged } from '../../../src/config.ts'
import { openDb } from '../../../src/db.ts'
import { createLogger } from '../../../src/logger.ts'
import { demoDay } from '../../../src/simulate/demoDay.ts'
import { engineWith } from '../../support/engine.ts'
import { byAccount, line, replayed } from '../../support/log.ts'
import { describeDatabase, testDatabase } from '../../support/postgres.ts'

interface Stage {
  stretches: Played[]
  entries: LedgerEntry[]
  standing(accountId: string): Promise<Standing & { acknowledgements: unknown[]; entitlementVersion: number }>
}

describeDatabase('the first hours of the demo', () => {
  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const close of closing.splice(0).reverse()) await close()
  })

  /** Plays some hours against a server with a database of its own. */
  async function played(hours: number, seed = 1): Promise<Stage> {
    vi.stubEnv('PORT', '0')
    const database = await testDatabase()
    const db = openDb(database.url)
    const over = new AbortController()
    closing.push(database.drop, () => db.end())
    const { rules: ruleSet, model } = await engineWith()
    const logger = createLogger('fatal')
    const service = await startService({
      db,
      model,
      rulesFolder: packaged('rules'),
      ruleSet,
      clock: 'events',
      logger,
      stopping: over.signal,
    })
    closing.push(
      () => service.stop(),
      async () => over.abort(),
    )
    const keys: Keys = await makeKeys(db)
    const stretches: Played[] = []
    for await (const one of play({ ...demoDay, seed, hours }, castOf(service, keys, over.signal))) stretches.push(one)
    const support = apiClient(service.address, keys.support)
    return {
      stretches,
      entries: stretches.flatMap(({ entries }) => entries),
      standing: (accountId) => support.get(`/v1/accounts/${accountId}`),
    }
  }

  test('whoever misuses is restricted, the gateway obeys and says so, and who was wronged wins an appeal', async () => {
    const { stretches, entries, standing } = await played(6)
    const decisionOf = decisionReader((await engineWith()).rules.notices.en)
    const kinds = (accountId: string) =>
      entries.filter((entry) => entry.accountId === accountId).flatMap((entry) => decisionOf(entry)?.kind ?? [])
    expect(kinds('dana-writes')).toEqual(['throttled', 'suspended'])
    expect(kinds('rafael-back')).toEqual(['throttled', 'back to normal'])
    expect(kinds('vera-stories')).toEqual(['throttled', 'back to normal'])
    expect(stretches.at(-1)!.restricted).toEqual(['dana-writes', 'qing-novels'])

    for (const { at, entries } of stretches)
      for (const entry of entries) // the clock stood until the feed had brought it
        if (entry.type === 'ViolationRecorded') expect(at - Date.parse(entry.at)).toBeLessThanOrEqual(STRETCH)

    const vera = await standing('vera-stories')
    expect(vera.restriction.kind).toBe('none')
    expect(vera.violations.map(({ status }) => status)).toEqual(['voided'])
    expect(vera.appeals.map(({ status }) => status)).toEqual(['overturned'])
    for (const account of [vera, await standing('dana-writes')])
      expect(account.acknowledgements).toEqual([expect.objectContaining({ version: account.entitlementVersion })])
  })

  test('what the gateway reports is what it let through, and the ledger is that of a replay of it', async () => {
    const { stretches, entries } = await played(7)
    const engine = await engineWith()
    const reported = stretches.flatMap(({ reported }) => reported)
    const log = reported.map((event) => line(scoreEvent(event, engine.model)))
    const { 'vera-stories': _, ...replay } = byAccount((await replayed(log, engine)).entries) // an appeal was won there
    const { 'vera-stories': __, ...ledger } = byAccount(entries)
    expect(ledger).toEqual(replay)
    expect(Object.keys(ledger)).toEqual(expect.arrayContaining(['dana-writes', 'qing-novels', 'rafael-back']))

    const told = stretches.find(({ entries }) =>
      entries.some((one) => one.type === 'RestrictionImposed' && one.restriction.kind === 'suspension'),
    )!
    const danas = reported.filter(({ accountId }) => accountId === 'dana-writes')
    const [before, after] = [danas.filter(({ time }) => time < told.at), danas.filter(({ time }) => time >= told.at)]
    expect(before.filter(({ admitted }) => admitted === false)).toEqual([])
    expect(after.length).toBeGreaterThan(20)
    expect(after.filter(({ admitted }) => admitted !== false)).toEqual([])
  })

  test('equal seeds make equal stories, stretch by stretch; another seed makes another', async () => {
    const [one, same, other] = [await played(4), await played(4), await played(4, 2)]
    expect(same.stretches).toEqual(one.stretches)
    expect(one.entries.length).toBeGreaterThan(3)
    expect(other.stretches).not.toEqual(one.stretches)
  })
})
