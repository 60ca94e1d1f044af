import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Db, transaction } from '../../src/db.ts'
import { type Audit, verifyLedger } from '../../src/persist/audit.ts'
import { digestOf, hashOf } from '../../src/persist/chain.ts'
import { eraseAccount } from '../../src/persist/erasure.ts'
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
  const erase = (id: string) =>
    transaction(db, (tx) => eraseAccount(tx, id, { by: 'test', reason: 'asked for', key: undefined }))
  const breaks = 'breaks the chain: its hash does not follow from the one before'
  const elsewhere = 'is not where it was written: it names another account or place'

  it('finds nothing where nothing was altered', async () => {
    expect(await verifyLedger(db)).toEqual<Audit>({ accounts: 4, entries: 18, erased: 0, findings: [] })
  })

  it('finds nothing where there is nothing', async () => {
    await service.close()
    service = await testService(engine)
    expect(await verifyLedger(service.db)).toEqual<Audit>({ accounts: 0, entries: 0, erased: 0, findings: [] })
  })

  it('finds nothing where accounts were erased, and counts them', async () => {
    for (const id of ['bo', 'di']) await erase(id)
    expect(await verifyLedger(db)).toEqual<Audit>({ accounts: 4, entries: 18, erased: 2, findings: [] })
    await service.commit(misuse('bo')) // who came back
    expect(await verifyLedger(db)).toEqual<Audit>({ accounts: 5, entries: 24, erased: 2, findings: [] })
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
      expect(await findings()).toEqual([`bo 3 ${elsewhere}`, `bo 3 ${breaks}`])
    })

    it('an altered entry with digest and hash made to match, by the entry behind it', async () => {
      const rows = []
      for await (const row of readLedger(db, 'bo')) rows.push(row)
      const salt = Buffer.alloc(16, 7)
      const altered = '{"accountId":"bo","seq":3}'
      const digest = digestOf(salt, altered)
      const hash = hashOf(rows[1]!.hash, 3, digest)
      await db.query(
        "update ledger set entry = $1, salt = $2, digest = $3, hash = $4 where account_id = 'bo' and seq = 3",
        [altered, salt, digest, hash],
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

    it('an entry that was erased without its account', async () => {
      await run("update ledger set entry = null, salt = null where account_id = 'bo' and seq in (3, 5)")
      expect(await findings()).toEqual(['bo 3 was erased, but its account was not'])
    })

    it('an altered digest of an entry that was erased without its account', async () => {
      await run("update ledger set entry = null, salt = null, digest = sha256('x') where account_id = 'bo' and seq = 3")
      expect(await findings()).toEqual([`bo 3 ${breaks}`, 'bo 3 was erased, but its account was not'])
    })

    describe('of an account that was erased', () => {
      let name: string
      beforeEach(async () => {
        await erase('bo')
        name = (await run('select pseudonym from erasures')).rows[0].pseudonym
      })
      const found = async () => (await findings()).map((one) => one.replace(name, 'it'))

      it.each(['digest', 'hash'])('an altered %s', async (column) => {
        await run(`update ledger set ${column} = sha256('x') where account_id like 'erased:%' and seq = ${LAST}`)
        expect(await found()).toContain(`it ${LAST} ${breaks}`)
      })

      it('an entry that was deleted', async () => {
        await run(`delete from ledger where account_id like 'erased:%' and seq = ${LAST}`)
        expect(await found()).toEqual([`it ${LAST - 1} is the last one, but the account has ${LAST} entries`])
      })

      it('entries that changed places', async () => {
        await run(`
          update ledger l set digest = o.digest, hash = o.hash from ledger o
          where l.account_id like 'erased:%' and o.account_id like 'erased:%' and l.seq in (2, 3) and o.seq = 5 - l.seq`)
        expect(await found()).toEqual([2, 3, 4].map((seq) => `it ${seq} ${breaks}`))
      })

      it('an entry of another account put in its place', async () => {
        await run(`
          update ledger l set entry = o.entry, salt = o.salt, digest = o.digest, hash = o.hash from ledger o
          where l.account_id like 'erased:%' and o.account_id = 'ada' and l.seq = 1 and o.seq = 1`)
        expect(await found()).toEqual([
          `it 1 ${elsewhere}`,
          `it 2 ${breaks}`,
          'it 1 was kept, but its account was erased',
        ])
      })

      it('an erasure of which there is no record, or one that counts otherwise', async () => {
        await run('update erasures set entries = entries - 1')
        const missing = `it ${LAST} is the last of an account whose erasure is not on record`
        expect(await found()).toEqual([missing])
        await run('delete from erasures')
        expect(await found()).toEqual([missing])
      })
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
        expect(found.filter((one) => one.startsWith('bo 2 '))).not.toEqual([])
        expect(found.filter((one) => one.startsWith('bo 3 '))).not.toEqual([])
        expect(found.every((one) => /^bo [2-4] /.test(one))).toBe(true)
      },
    )

    it('entries of two accounts that changed places', async () => {
      await run(`
        update ledger l set entry = o.entry, salt = o.salt, digest = o.digest, hash = o.hash from ledger o
        where l.seq = 1 and o.seq = 1 and (l.account_id, o.account_id) in (('ada', 'cy'), ('cy', 'ada'))`)
      expect(await findings()).toEqual(['ada', 'cy'].flatMap((id) => [`${id} 1 ${elsewhere}`, `${id} 2 ${breaks}`]))
    })

    it('an account by the name of another', async () => {
      await run("update ledger set account_id = 'di' where account_id = 'bo'")
      await run(
        "update accounts d set seq = b.seq, chain_head = b.chain_head from accounts b where d.account_id = 'di' and b.account_id = 'bo'",
      )
      const found = await findings()
      expect(found.filter((one) => one.startsWith('di '))).toEqual(
        Array.from({ length: LAST }, (_, i) => `di ${i + 1} ${elsewhere}`),
      )
    })

    it('an altered head of an account', async () => {
      await run("update accounts set chain_head = sha256('x') where account_id = 'bo'")
      expect(await findings()).toEqual([`bo ${LAST} is not the head that the account knows`])
    })

    it('an entry of an account of which nothing was decided', async () => {
      await run(`
        insert into ledger (account_id, seq, entry, salt, digest, hash)
        select 'di', seq, entry, salt, digest, hash from ledger where account_id = 'bo' and seq = 1`)
      expect(await findings()).toEqual([`di 1 ${elsewhere}`, 'di 1 is the last one, but the account has 0 entries'])
    })
  })
})
