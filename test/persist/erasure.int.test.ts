import { createSecretKey } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccountCommit, Accounts } from '../../src/account.ts'
import { commitInput } from '../../src/consume/command.ts'
import { commitEvents } from '../../src/consume/commit.ts'
import { type Db, transaction } from '../../src/db.ts'
import { acknowledge } from '../../src/persist/acknowledgements.ts'
import { verifyLedger } from '../../src/persist/audit.ts'
import { saveDeadLetters } from '../../src/persist/deadLetters.ts'
import { eraseAccount, readErasable } from '../../src/persist/erasure.ts'
import { recordAccess } from '../../src/persist/evidenceAccess.ts'
import { saveExcerpts } from '../../src/persist/excerpts.ts'
import { giveCursors, readFeed } from '../../src/persist/outbox.ts'
import { newestOf } from '../../src/replay/timeline.ts'
import { HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'
import { rowsWith } from '../support/wholeDatabase.ts'

const engine = await engineWith()
const ADA = 'ada.lovelace@example.com'
const key = createSecretKey(Buffer.alloc(32, 1))
const BO = 'grace.hopper@example.com'

/** A violation, and what a person, a gateway and a shadow rule leave behind besides. */
const misuse = (accountId: string, start = START) =>
  Array.from({ length: 25 }, (_, i) =>
    scored('non_coding', start + i * MINUTE, { accountId, id: `of-${accountId}-${start + i}`, client: 'curl/8' }),
  )

describeDatabase('erasing an account', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let db: Db
  beforeEach(async () => {
    service = await testService(engine, undefined, key)
    db = service.db
    await service.commit([...misuse(ADA), ...misuse(BO)])
  })
  afterEach(() => service.close())

  const erase = (id: string) =>
    transaction(db, (tx) => eraseAccount(tx, id, { by: 'test', reason: 'asked for it', key }))
  const relay = () => transaction(db, (tx) => giveCursors(tx, 1000))
  const load = async (id: string) => (await service.committing.accounts.load([id])).get(id)!

  /** Leaves something of an account in every table that can hold it. */
  async function fill(id: string): Promise<string[]> {
    const { violations } = (await load(id)).state.enforcement
    const violationId = violations[0]!.id
    const appeal = { type: 'FileAppeal' as const, violationId, actor: 'gateway:web', commandAt: START }
    const { state } = await commitInput(id, { kind: 'command', command: appeal }, service.committing)
    await relay()
    await transaction(db, async (tx) => {
      await acknowledge(tx, { accountId: id, version: 1, gateway: 'web', instance: 'edge-1' })
      await recordAccess(tx, [id], 'key_1', 'summary')
      const excerpt = {
        accountId: id,
        eventId: `of-${id}-1`,
        time: START,
        text: 'words',
        expiresAt: START + HOUR,
        signals: [],
      }
      await saveExcerpts(tx, [excerpt])
      const letter = { topic: 'in', partition: 0, key: Buffer.from(id), value: Buffer.from(`{"id":"${id}`) }
      await saveDeadLetters(tx, [{ ...letter, offset: 1, loggedAt: START, path: '', reason: 'is not JSON' }])
      await tx.query({
        text: "insert into shadow_matches (account_id, at, rule, rules_version, match) values ($1, 1, 'r', 'v', '{}')",
        values: [id],
      })
      await tx.query({
        text: 'insert into account_ids (account_id, slot, ids) values ($1, 1, decode($2, $3))',
        values: [id, '0123456789abcdef', 'hex'],
      })
    })
    return [id, violationId, state.enforcement.appeals[0]!.id]
  }

  it('leaves nothing that names it or says anything about it, and a ledger that verifies', async () => {
    const words = await fill(ADA)
    const before = await readErasable(db, ADA)
    expect(Object.entries(before!.holdings).filter(([, count]) => count === 0)).toEqual([])
    expect((await verifyLedger(db)).findings).toEqual([])
    const others = (await rowsWith(db, [BO])).length

    expect(await erase(ADA)).toEqual(before)
    expect(await rowsWith(db, words)).toEqual([])
    expect((await rowsWith(db, [BO])).length).toBe(others)
    expect(await verifyLedger(db)).toMatchObject({ accounts: 2, erased: 1, findings: [] })
    const { rows } = await db.query('select erased_by, reason, entries::int from erasures')
    expect(rows).toEqual([{ erased_by: 'test', reason: 'asked for it', entries: before!.holdings.ledger }])
    expect(await readErasable(db, ADA)).toBeUndefined()
    expect(await erase(ADA)).toBeUndefined()
  })

  it('knows every table that speaks of accounts', async () => {
    const { rows } = await db.query(
      "select distinct table_name from information_schema.columns where table_schema = 'public' and column_name = 'account_id'",
    )
    const { dead_letters, ...holdings } = (await readErasable(db, BO))!.holdings
    expect(dead_letters).toBe(0)
    const own = ['accounts', 'tombstones'] // an erasure makes a tombstone, and takes none
    expect(rows.map((row) => row.table_name).sort()).toEqual([...own, ...Object.keys(holdings)].sort())
  })

  it('says which stored rule sets exempt it by name', async () => {
    const documents = { policy: { exemptions: [{ accountId: ADA, reason: 'trial' }] } }
    await db.query("insert into rule_sets (version, effective_from, documents, promoted_by) values ('v', 1, $1, 'x')", [
      documents,
    ])
    expect((await readErasable(db, ADA))!.exemptedBy).toBe(1)
    expect((await readErasable(db, BO))!.exemptedBy).toBe(0)
  })

  it('leaves a row that can be neither loaded nor written', async () => {
    await erase(ADA)
    const { pseudonym } = (await db.query('select pseudonym from erasures')).rows[0]
    expect(pseudonym.length).toBeGreaterThan(128) // an id that a gateway sends is not
    await expect(service.committing.accounts.load([pseudonym])).rejects.toThrow('erased')
    expect(await readErasable(db, pseudonym)).toBeUndefined()
    expect(await transaction(db, (tx) => recordAccess(tx, [pseudonym], 'key_1', 'summary'))).toEqual(new Set())
    for (const change of ["state = 'x'", "restriction = 'ban'", 'due_at = 1', 'ordinal = 1', "account_id = 'new'"])
      await expect(db.query(`update accounts set ${change} where erased`)).rejects.toThrow('accounts_erased')
    const begun = `insert into accounts (account_id, version, ordinal, seq, account_time, restriction, chain_head, state)
      select repeat('x', 129), 1, 0, 0, 0, 'none', chain_head, 'x' from accounts where erased`
    await expect(db.query(begun)).rejects.toThrow('accounts_erased')
  })

  it('lets the account begin anew', async () => {
    await erase(ADA)
    const again = misuse(ADA, START + HOUR)
    await service.commit(again)
    const { state, version } = await load(ADA)
    expect([version, state.ordinal, state.enforcement.violations.length]).toEqual([1, 25, 1])
    expect((await verifyLedger(db)).findings).toEqual([])
    await erase(ADA)
    expect(await verifyLedger(db)).toMatchObject({ accounts: 3, erased: 2, findings: [] })
  })

  it('gives no cursor of the feed out twice', async () => {
    await relay()
    const last = (await readFeed(db, 0, 100)).at(-1)!
    await erase(last.entitlement.accountId)
    await service.commit([scored('coding', START, { accountId: 'cy' })])
    await relay()
    const behind = await readFeed(db, last.cursor, 100)
    expect(behind.map(({ entitlement }) => entitlement.accountId)).toEqual(['cy'])
    await erase('cy')
    await erase(BO)
    await service.commit([scored('coding', START, { accountId: 'di' })])
    await relay()
    expect((await readFeed(db, behind[0]!.cursor, 100)).map(({ entitlement }) => entitlement.accountId)).toEqual(['di'])
  })

  describe('that meets a commit', () => {
    /** What a writer does that has read the account before. */
    const stale = async (id: string): Promise<AccountCommit> => {
      const before = await load(id)
      const after = { ...before.state, ordinal: before.state.ordinal + 1 }
      return { before, after, outcomes: [], inputs: [], dueAt: undefined }
    }

    const save = (commits: AccountCommit[]) =>
      service.committing.accounts.save(
        commits.map(service.committing.accounts.ready),
        newestOf(service.rules.current()),
      )

    it('makes it lose, and all that it holds be done again, whichever of them is there first', async () => {
      const commits = [await stale(ADA), await stale(BO)]
      await erase(ADA)
      expect(await save(commits)).toEqual(new Set([ADA, BO]))
      expect(await rowsWith(db, [ADA])).toEqual([])
      expect((await load(ADA)).version).toBe(0)
      expect(await save([await stale(BO)])).toEqual(new Set())
    })

    it('that waits for it makes it lose too', async () => {
      const commit = await stale(ADA)
      let saving: Promise<Set<string>> | undefined
      await transaction(db, async (tx) => {
        await eraseAccount(tx, ADA, { by: 'test', reason: 'asked for it', key })
        saving = save([commit])
        const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        await expect.poll(async () => (await db.query(waits)).rowCount).toBe(1)
      })
      expect(await saving).toEqual(new Set([ADA]))
      expect(await rowsWith(db, [ADA])).toEqual([])
    })

    it('waits where the commit was first, and takes what it wrote along', async () => {
      let erasing: ReturnType<typeof erase> | undefined
      await transaction(db, async (tx) => {
        await tx.query({ text: 'update accounts set version = version + 1 where account_id = $1', values: [ADA] })
        await tx.query({
          text: "insert into shadow_matches (account_id, at, rule, rules_version, match) values ($1, 1, 'r', 'v', '{}')",
          values: [ADA],
        })
        erasing = erase(ADA)
        const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        await expect.poll(async () => (await db.query(waits)).rowCount).toBe(1)
      })
      expect((await erasing)!.holdings.shadow_matches).toBeGreaterThan(0)
      expect(await rowsWith(db, [ADA])).toEqual([])
    })

    it('among many writers loses nothing of others, and what comes after it is the whole of the new account', async () => {
      const batches = Array.from({ length: 30 }, (_, b) =>
        [ADA, BO].flatMap((accountId) =>
          Array.from({ length: 5 }, (_, i) => scored('coding', START + HOUR + (b * 5 + i) * 1000, { accountId })),
        ),
      )
      const writers = [0, 1].map(async (turn) => {
        for (const batch of batches.filter((_, b) => b % 2 === turn)) await service.commit(batch)
      })
      const erasing = (async () => {
        for (let i = 0; i < 5; i++) await erase(ADA)
      })()
      await Promise.all([...writers, erasing])
      expect((await load(BO)).state.ordinal).toBe(25 + 150)
      expect((await load(ADA)).state.ordinal).toBeLessThanOrEqual(150)
      expect((await verifyLedger(db)).findings).toEqual([])
    })

    it('between reading and writing: the ban that it kept is in force before the events count, and they count once', async () => {
      const { accounts } = service.committing
      const erasing = [BO, ADA]
      const racing: Accounts = {
        async load(ids) {
          const read = await accounts.load(ids)
          if (erasing.length > 0) await erase(erasing.pop()!)
          return read
        },
        ready: accounts.ready,
        save: (...args) => accounts.save(...args),
      }
      await service.commit([3, 51].flatMap((hour) => misuse(ADA, START + hour * HOUR)))
      expect((await load(ADA)).state.enforcement.restriction.kind).toBe('ban')
      const events = [ADA, BO].flatMap((id) => misuse(id, START + 99 * HOUR))
      await commitEvents(events, 'test', { ...service.committing, accounts: racing })
      const [ada, bo] = [await load(ADA), await load(BO)]
      expect([ada.version, ada.state.ordinal, ada.state.enforcement.restriction.kind]).toEqual([1, 26, 'ban'])
      expect([bo.version, bo.state.ordinal, bo.state.enforcement.violations.length]).toEqual([1, 25, 1])
      expect(erasing).toEqual([])
      expect((await verifyLedger(db)).findings).toEqual([])
    })

    it('long over: of many writers that see the banned account come back one brings the ban, once', async () => {
      await service.commit([3, 51].flatMap((hour) => misuse(ADA, START + hour * HOUR)))
      await erase(ADA)
      const events = Array.from({ length: 20 }, (_, i) => scored('coding', START + 99 * HOUR + i, { accountId: ADA }))
      await Promise.all(events.map((event) => service.commit([event])))
      const { rows } = await db.query('select ordinal, input from inputs where account_id = $1', [ADA])
      expect(rows).toMatchObject([{ ordinal: 1, input: { command: { type: 'RememberBan', plan: 'pro' } } }])
      expect((await load(ADA)).state).toMatchObject({ ordinal: 21, seq: 2 })
      expect((await db.query('select 1 from ban_markers')).rowCount).toBe(0)
    })

    it('leaves those who come to read or to acknowledge with nothing, not with an error', async () => {
      const words = await fill(ADA)
      let late: Promise<[Set<string>, boolean]> | undefined
      await transaction(db, async (tx) => {
        await eraseAccount(tx, ADA, { by: 'test', reason: 'asked for it', key })
        const ack = { accountId: ADA, version: 2, gateway: 'web', instance: 'edge-1' }
        late = Promise.all([
          transaction(db, (other) => recordAccess(other, [ADA], 'key_1', 'summary')),
          transaction(db, (other) => acknowledge(other, ack)),
        ])
        const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        await expect.poll(async () => (await db.query(waits)).rowCount).toBe(2)
      })
      expect(await late).toEqual([new Set(), false])
      expect(await rowsWith(db, words)).toEqual([])
    })
  })
})
