import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type KafkaSettings, readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/logger.ts'
import { openKafka } from '../../../src/publish/kafka/client.ts'
import { kafkaFault } from '../../../src/publish/kafka/fault.ts'
import {
  describeOwnBroker,
  kafkaOf,
  loggedIn,
  ownBroker,
  type TestKafka,
  testKafka,
} from '../../support/kafka/kafka.ts'
import { node } from '../../support/run.ts'

const topicsSeen = async (settings: KafkaSettings): Promise<string[]> => {
  const admin = kafkaOf(settings).admin()
  try {
    await admin.connect()
    return await admin.listTopics()
  } finally {
    await admin.disconnect()
  }
}

/** The sentence that a person reads who connects like this. */
const refusalOf = async (env: Record<string, string>): Promise<string> => {
  const kafka = openKafka({ ...readConfig(env).kafka!, ca: undefined }, createLogger('silent'), 'once')
  const admin = kafka.admin()
  const error = await admin.connect().then(
    () => undefined,
    (thrown) => thrown,
  )
  await admin.disconnect()
  return String(kafkaFault(error))
}

describeOwnBroker('a client of Kafka', () => {
  let kafka: TestKafka
  beforeAll(async () => {
    kafka = await testKafka()
  })
  afterAll(() => kafka.drop())

  it('comes in as the settings say: over plain TCP, TLS, and SASL/SCRAM over TLS', async () => {
    const { tls, ca } = ownBroker()
    const ways = [kafka.env, { KAFKA_BROKERS: tls, KAFKA_TLS: 'true', KAFKA_TLS_CA: ca }, loggedIn('admin')]
    for (const env of ways)
      expect(await topicsSeen(readConfig(env).kafka!)).toContain(kafka.settings.topics['dead-letters'])
  })

  it('is told in a sentence why it cannot', async () => {
    const { plain, tls } = ownBroker()
    const login = loggedIn('admin')
    expect(await refusalOf({ KAFKA_BROKERS: '127.0.0.1:1' })).toContain('do not answer (ECONNREFUSED)')
    expect(await refusalOf({ KAFKA_BROKERS: tls, KAFKA_TLS: 'true' })).toContain('do not agree on TLS')
    expect(await refusalOf({ KAFKA_BROKERS: plain, KAFKA_TLS: 'true' })).toContain('do not agree on TLS')
    const wrong = openKafka(
      { ...readConfig({ ...login, KAFKA_PASSWORD: 'wrong' }).kafka!, ca: readFileSync(login.KAFKA_TLS_CA, 'utf8') },
      createLogger('silent'),
      'once',
    )
    const error = await wrong
      .admin()
      .connect()
      .catch((thrown) => thrown)
    expect(String(kafkaFault(error))).toContain('do not take this user with this password')
  })

  it('writes nothing on stderr of what passes by itself', async () => {
    const script = `
      const { openKafka } = await import('./src/publish/kafka/client.ts')
      const { createLogger } = await import('./src/logger.ts')
      const connecting = { brokers: [process.argv[1]], tls: false, ca: undefined, login: undefined }
      const admin = openKafka(connecting, createLogger('error'), 'once').admin()
      await admin.connect()
      await admin.listTopics()
      await admin.disconnect()
      process.emitWarning('of somebody else')`
    const ran = await node(['--input-type=module', '-e', script, ownBroker().plain])
    expect(ran).toMatchObject({ code: 0, stdout: '' })
    expect(ran.stderr).toMatch(/^\(node:\d+\) Warning: of somebody else\n/)
    expect(ran.stderr).not.toContain('TimeoutNegativeWarning')
  })
})
