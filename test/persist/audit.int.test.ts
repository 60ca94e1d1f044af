import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../src/db.ts'
import { type Audit, verifyLedger } from '../../src/persist/audit.ts'
import { digestOf, hashOf } from '../../src/persist/chain.ts'
import { readLedger } from '../../src/persist/ledger.ts'
import { HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()

/** A throttle, then a suspension: six entries. */
const misuse = (accountId: string) =>
  [0, 2 * HOUR].flatMap((start) =>
    Array.from({ length: 20 }, (_, i) => scored('non_coding', START + start + i * MINUTE, { accountId })),
  )
const LAST = 6

describeDatabase('the audit', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let db: Db
  beforeEach(async () => {
    service = await testService(engine)
    db = service.db
    for (const id of ['ada', 'bo', 'cy']) await service.commit(misuse(id))
    await service.commit([scored('coding', START, { accountId: 'di' })]) // of whom the ledger has nothing
  })
  afterEach(() => service.close())

  const findings = async (): Promise<string[]> =>
    (await verifyLedger(db)).findings.map(({ accountId, seq, message }) => `${accountId} ${seq} ${message}`)
  const run = (text: string) => db.query(text)

  it('finds nothing where nothing was altered', async () => {
    expect(await verifyLedger(db)).toEqual<Audit>({ accounts: 4, entries: 18, erased: 0, findings: [] })
  })

  it('finds nothing where there is nothing', async () => {
    await service.close()
    service = await testService(engine)
    expect(await verifyLedger(service.db)).toEqual<Audit>({ accounts: 0, entries: 0, erased: 0, findings: [] })
  })

  it('still verifies entries of which content and salt were erased, and counts them', async () => {
    await run("update ledger set entry = null, salt = null where account_id = 'bo' and seq in (2, 6)")
    expect(await verifyLedger(db)).toEqual<Audit>({ accounts: 4, entries: 18, erased: 2, findings: [] })
  })

  it('beside commits sees all as of one moment', async () => {
    let isCommitting = true
    const audits = (async () => {
      const seen: Audit[] = []
      while (isCommitting) seen.push(await verifyLedger(db))
      return seen
    })()
    for (let i = 0; i < 25; i++) await service.commit(misuse(`account-${i % 5}-${i}`))
    isCommitting = false
    for (const { findings } of await audits) expect(findings).toEqual([])
  })

  describe('finds', () => {
    it('an altered entry, however small the change', async () => {
      await run(
        "update ledger set entry = replace(entry, '\"seq\":3', '\"seq\": 3') where account_id = 'bo' and seq = 3",
      )
      expect(await findings()).toEqual(['bo 3 was altered: it does not match its digest'])
    })

    it('an altered salt', async () => {
      await run("update ledger set salt = decode(repeat('00', 16), 'hex') where account_id = 'bo' and seq = 3")
      expect(await findings()).toEqual(['bo 3 was altered: it does not match its digest'])
    })

    it('an altered entry with a digest made to match', async () => {
      const altered = '{"nothing":"happened"}'
      const salt = Buffer.alloc(16, 7)
      await db.query("update ledger set entry = $1, salt = $2, digest = $3 where account_id = 'bo' and seq = 3", [
        altered,
        salt,
        digestOf(salt, altered),
      ])
      expect(await findings()).toEqual(['bo 3 breaks the chain: its hash does not follow from the one before'])
    })

    it('an altered entry with digest and hash made to match, by the entry behind it', async () => {
      const rows = []
      for await (const row of readLedger(db, 'bo')) rows.push(row)
      const salt = Buffer.alloc(16, 7)
      const digest = digestOf(salt, '{}')
      const hash = hashOf(rows[1]!.hash, 'bo', 3, digest)
      await db.query(
        "update ledger set entry = '{}', salt = $1, digest = $2, hash = $3 where account_id = 'bo' and seq = 3",
        [salt, digest, hash],
      )
      expect(await findings()).toEqual(['bo 4 breaks the chain: its hash does not follow from the one before'])
    })

    it('an altered digest', async () => {
      await run("update ledger set digest = sha256('x') where account_id = 'bo' and seq = 3")
      expect(await findings()).toEqual([
        'bo 3 was altered: it does not match its digest',
        'bo 3 breaks the chain: its hash does not follow from the one before',
      ])
    })

    it('an altered digest of an entry that was erased', async () => {
      await run("update ledger set entry = null, salt = null, digest = sha256('x') where account_id = 'bo' and seq = 3")
      expect(await findings()).toEqual(['bo 3 breaks the chain: its hash does not follow from the one before'])
    })

    it('an altered hash, there and behind it', async () => {
      await run("update ledger set hash = sha256('x') where account_id = 'bo' and seq = 3")
      expect(await findings()).toEqual([
        'bo 3 breaks the chain: its hash does not follow from the one before',
        'bo 4 breaks the chain: its hash does not follow from the one before',
      ])
    })

    it('an entry that was deleted in the middle', async () => {
      await run("delete from ledger where account_id = 'bo' and seq = 3")
      expect(await findings()).toEqual([
        'bo 4 follows entry 2: 1 missing',
        'bo 4 breaks the chain: its hash does not follow from the one before',
      ])
    })

    it('the first entries deleted', async () => {
      await run("delete from ledger where account_id = 'bo' and seq < 3")
      expect(await findings()).toEqual([
        'bo 3 follows entry 0: 2 missing',
        'bo 3 breaks the chain: its hash does not follow from the one before',
      ])
    })

    it('the last entry deleted', async () => {
      await run(`delete from ledger where account_id = 'bo' and seq = ${LAST}`)
      expect(await findings()).toEqual([`bo ${LAST - 1} is the last one, but the account has ${LAST} entries`])
    })

    it('all entries of an account deleted', async () => {
      await run("delete from ledger where account_id = 'bo'")
      expect(await findings()).toEqual([`bo 0 is the last one, but the account has ${LAST} entries`])
    })

    it('a deleted entry whose account was made to count without it', async () => {
      await run(`delete from ledger where account_id = 'bo' and seq = ${LAST}`)
      await run("update accounts set seq = seq - 1 where account_id = 'bo'")
      expect(await findings()).toEqual([`bo ${LAST - 1} is not the head that the account knows`])
    })

    it.each(['entry, salt', 'entry, salt, digest', 'entry, salt, digest, hash'])(
      'entries that changed places (%s)',
      async (columns) => {
        const names = columns.split(', ')
        await run(`
          update ledger l set ${names.map((name) => `${name} = other.${name}`).join(', ')}
          from ledger other
          where l.account_id = 'bo' and other.account_id = 'bo' and l.seq in (2, 3) and other.seq = 5 - l.seq`)
        const found = await findings()
        expect(found.filter((one) => one.startsWith('bo 2 '))).toHaveLength(1)
        expect(found.filter((one) => one.startsWith('bo 3 '))).toHaveLength(1)
        expect(found.every((one) => /^bo [2-4] /.test(one))).toBe(true)
      },
    )

    it('entries of two accounts that changed places', async () => {
      await run(`
        update ledger l set entry = o.entry, salt = o.salt, digest = o.digest, hash = o.hash from ledger o
        where l.seq = 1 and o.seq = 1 and (l.account_id, o.account_id) in (('ada', 'cy'), ('cy', 'ada'))`)
      const breaks = 'breaks the chain: its hash does not follow from the one before'
      expect(await findings()).toEqual(['ada', 'cy'].flatMap((id) => [`${id} 1 ${breaks}`, `${id} 2 ${breaks}`]))
    })

    it('an altered head of an account', async () => {
      await run("update accounts set chain_head = sha256('x') where account_id = 'bo'")
      expect(await findings()).toEqual([`bo ${LAST} is not the head that the account knows`])
    })

    it('an entry of an account of which nothing was decided', async () => {
      await run(`
        insert into ledger (account_id, seq, entry, salt, digest, hash)
        select 'di', seq, entry, salt, digest, hash from ledger where account_id = 'bo' and seq = 1`)
      expect(await findings()).toEqual([
        'di 1 breaks the chain: its hash does not follow from the one before',
        'di 1 is the last one, but the account has 0 entries',
      ])
    })
  })
})
