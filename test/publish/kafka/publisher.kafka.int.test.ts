import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { outboxOf, publisherOf } from '../../../src/cli/publishing.ts'
import { packaged } from '../../../src/config.ts'
import { type Tx, transaction } from '../../../src/db.ts'
import type { Entitlement } from '../../../src/entitle/entitlement.ts'
import { saveDeadLetters } from '../../../src/persist/deadLetters.ts'
import { saveOutcomes } from '../../../src/persist/decided.ts'
import { takePublishingLead } from '../../../src/persist/publishingLead.ts'
import type { Publisher } from '../../../src/publish/kafka/publisher.ts'
import { Relay } from '../../../src/publish/relay.ts'
import { MINUTE, START, scored } from '../../support/account.ts'
import { engineWith } from '../../support/engine.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { readTopic, type TopicReader } from '../../support/kafka/topicReader.ts'
import { testService } from '../../support/service.ts'

const engine = await engineWith()
const ACCOUNTS = ['ada', 'bo', 'cy', 'dee']

describeKafka('the publisher', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let own: TestKafka
  let relay: Relay
  let publisher: Publisher
  let sample: Entitlement
  let entitlements: TopicReader
  const children: ChildProcess[] = []
  beforeEach(async () => {
    service = await testService(engine)
    own = await testKafka()
    relay = new Relay(outboxOf(service.db))
    publisher = publisherOf(service.db, own.kafka, own.settings.topics, () => {})
    await service.commit(ACCOUNTS.map((accountId) => scored('coding', START, { accountId })))
    const { rows } = await service.db.query('select entitlement from outbox limit 1')
    sample = rows[0].entitlement
    await relay.runOnce()
    entitlements = await readTopic(own.kafka, own.settings.topics.entitlements)
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await publisher.stop()
    await entitlements.close()
    await own.drop()
    await service.close()
  })

  const say = (tx: Tx, accountId: string, version: number) =>
    saveOutcomes(tx, [{ entries: [], shadow: [], entitlements: [{ ...sample, accountId, version }] }])

  /** What was read of an account, version by version, as it came. */
  const versionsOf = (accountId: string) =>
    entitlements.records
      .filter(({ key }) => `${key}` === accountId)
      .map(({ value }) => JSON.parse(`${value}`).version as number)
  const hasAll = (last: number) => () => ACCOUNTS.every((id) => versionsOf(id).includes(last))
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1)

  /** A publishing process of its own, once it leads. */
  const spawnPublisher = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [packaged('test/support/kafka/publisherProcess.ts')], {
      env: { ...process.env, ...own.env, DATABASE_URL: service.url },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(child)
    return child
  }
  const leads = (child: ChildProcess) => once(child.stdout!, 'data')

  it('brings entitlements, notices and dead letters to their topics under the account', async () => {
    const events = Array.from({ length: 20 }, (_, i) =>
      scored('non_coding', START + (i + 1) * MINUTE, { accountId: 'ada' }),
    )
    await service.commit(events)
    const trash = { topic: 'in', partition: 3, offset: 7, key: Buffer.from('ada'), value: Buffer.from([255, 0]) }
    await transaction(service.db, (tx) =>
      saveDeadLetters(tx, [{ ...trash, loggedAt: START, path: 'time', reason: 'is missing' }]),
    )
    await relay.runOnce()
    expect(await publisher.wake()).toBe(7) // four first entitlements, the throttle, its notice, one dead letter
    await entitlements.until((records) => records.length === 5)
    expect(versionsOf('ada')).toEqual([1, 2])
    const told = JSON.parse(`${entitlements.records.findLast(({ key }) => `${key}` === 'ada')!.value}`)
    const { rows } = await service.db.query("select entitlement from outbox where account_id = 'ada' and version = 2")
    expect(told).toEqual(rows[0].entitlement)

    const notices = await readTopic(own.kafka, own.settings.topics.notices)
    await notices.until((records) => records.length === 1)
    const stored = (await service.db.query('select seq, notice from notices')).rows[0]
    expect(`${notices.records[0]!.key}`).toBe('ada')
    expect(JSON.parse(`${notices.records[0]!.value}`)).toEqual({ accountId: 'ada', seq: stored.seq, ...stored.notice })
    await notices.close()

    const letters = await readTopic(own.kafka, own.settings.topics['dead-letters'])
    await letters.until((records) => records.length === 1)
    const { key, value, headers = {} } = letters.records[0]!
    expect([key, value]).toEqual([trash.key, trash.value])
    const said = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, `${text}`]))
    expect(said).toEqual({ topic: 'in', partition: '3', offset: '7', path: 'time', reason: 'is missing' })
    await letters.close()
    expect(await publisher.wake()).toBe(0)
  })

  it('misses no change that commits after a later one, and keeps the order of each account', async () => {
    let mayCommit = () => {}
    const opened = new Promise<void>((done) => {
      mayCommit = done
    })
    const begun = Promise.withResolvers<void>()
    const slow = transaction(service.db, async (tx) => {
      await say(tx, 'ada', 2)
      begun.resolve()
      await opened
    })
    await begun.promise
    for (const accountId of ['bo', 'cy', 'dee'])
      for (const version of [2, 3]) await transaction(service.db, (tx) => say(tx, accountId, version))
    await relay.runOnce()
    expect(await publisher.wake()).toBe(10)
    mayCommit()
    await slow
    await transaction(service.db, (tx) => say(tx, 'ada', 3))
    await relay.runOnce()
    expect(await publisher.wake()).toBe(2)
    await entitlements.until(hasAll(3))
    for (const id of ACCOUNTS) expect(versionsOf(id)).toEqual([1, 2, 3])
  })

  it('goes on where it was when progress could not be kept: what is told again is what was told before', async () => {
    await publisher.wake()
    await publisher.stop()
    const lead = (await takePublishingLead(service.db))!
    await lead.savePublished(new Map([[own.settings.topics.entitlements, 2]])) // as if it had died behind the send
    await lead.close()
    publisher = publisherOf(service.db, own.kafka, own.settings.topics, () => {})
    expect(await publisher.wake()).toBe(2)
    await entitlements.until((records) => records.length === 6)
    const texts = entitlements.records.map(({ value }) => `${value}`)
    expect(new Set(texts).size).toBe(4)
  })

  it('hears of what another process relays', async () => {
    await publisher.wake()
    await transaction(service.db, (tx) => say(tx, 'ada', 2))
    await new Relay(outboxOf(service.db)).runOnce() // nobody here wakes the publisher
    await entitlements.until(() => versionsOf('ada').includes(2))
  })

  it('survives eight kills: nothing skipped, nothing out of order but repeats, the newest version last', async () => {
    let last = 1
    let isWriting = true
    const writing = (async () => {
      while (isWriting) {
        last++
        await Promise.all(ACCOUNTS.map((id) => transaction(service.db, (tx) => say(tx, id, last))))
        await relay.runOnce()
        await entitlements.until(() => last < 10 || versionsOf('ada').includes(last - 8)) // there is always more to come
      }
    })()
    for (let kills = 0; kills < 8; kills++) {
      const child = await spawnPublisher()
      await leads(child)
      const seen = entitlements.records.length
      await entitlements.until((records) => records.length > seen)
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    isWriting = false
    await spawnPublisher()
    await writing
    await entitlements.until(hasAll(last))
    for (const id of ACCOUNTS) {
      const told = versionsOf(id)
      const fresh = told.filter((version, i) => told.slice(0, i).every((earlier) => earlier < version))
      expect(fresh).toEqual(upTo(last))
      expect(told.at(-1)).toBe(last)
    }
  })

  it('lets another process go on for one that is stopped, and lets nothing old through when that one wakes', async () => {
    const first = await spawnPublisher()
    await leads(first)
    await entitlements.until(hasAll(1))
    first.kill('SIGSTOP')
    const second = await spawnPublisher()
    for (const id of ACCOUNTS) await transaction(service.db, (tx) => say(tx, id, 2))
    await relay.runOnce()
    await leads(second) // once PostgreSQL has ended the silent connection
    await entitlements.until(hasAll(2))
    first.kill('SIGCONT')
    for (const id of ACCOUNTS) await transaction(service.db, (tx) => say(tx, id, 3))
    await relay.runOnce()
    await entitlements.until(hasAll(3))
    for (const id of ACCOUNTS) expect(versionsOf(id)).toEqual([1, 2, 3])
  })
})
