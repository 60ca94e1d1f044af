import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, inject, test } from 'vitest'
import { isCi, type KafkaSettings, readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/logger.ts'
import { type Kafka, openKafka } from '../../../src/publish/kafka/client.ts'
import { createTopics, removeTopics, topicPlans } from '../../../src/publish/kafka/topics.ts'
import { type OwnBroker, PASSWORDS } from './broker.ts'
import type {} from './brokerSetup.ts'

/** Topics of a test file's own on the broker of this run. */
export interface TestKafka {
  /** Environment of a Lanekeeper that works with them. */
  env: Record<string, string>
  settings: KafkaSettings
  kafka: Kafka
  /** Removes the topics. */
  drop(): Promise<void>
}

/** Names of topics that nobody else uses; created unless they are to be `missing`. Below a `describeKafka`. */
export async function testKafka({
  missing = false,
  partitions = 4,
  brokers = broker().plain,
} = {}): Promise<TestKafka> {
  const env = { KAFKA_BROKERS: brokers, ...ownTopics(), KAFKA_PARTITIONS: `${partitions}` }
  const settings = readConfig(env).kafka!
  const kafka = kafkaOf(settings)
  if (!missing) await createTopics(kafka, topicPlans(settings))
  return { env, settings, kafka, drop: () => removeTopics(kafka, Object.values(settings.topics)) }
}

/** A prefix of topics that nobody else uses. */
export const ownTopics = () => ({ KAFKA_TOPIC_PREFIX: `test_${randomBytes(6).toString('hex')}.` })

/** A client that says nothing. */
export const kafkaOf = (settings: KafkaSettings): Kafka =>
  openKafka({ ...settings, ca: settings.ca && readFileSync(settings.ca, 'utf8') }, createLogger('silent'), 'service')

/** Settings of somebody who logs in over SASL/SCRAM and TLS. */
export const loggedIn = (who: keyof typeof PASSWORDS, { sasl, ca } = ownBroker()) => ({
  KAFKA_BROKERS: sasl,
  KAFKA_TLS: 'true',
  KAFKA_TLS_CA: ca,
  KAFKA_SASL_MECHANISM: 'scram-sha-256',
  KAFKA_USERNAME: who,
  KAFKA_PASSWORD: PASSWORDS[who],
})

/** The broker of this run, with listeners and users that a given one may not have; below a `describeOwnBroker`. */
export function ownBroker(): OwnBroker {
  const found = broker()
  if (found.tls === undefined) throw new Error('the brokers are those of KAFKA_BROKERS')
  return found
}

function broker() {
  const found = inject('kafka')
  if ('missing' in found) throw new Error(absence(found.missing))
  return found
}

let isTold = false

/**
 * A `describe` whose tests need Kafka. Where it cannot run they are skipped, with one loud line a test file; with CI=true, where
 * it has to, they fail.
 */
export function describeKafka(name: string, fn: () => void): void {
  const found = inject('kafka')
  if (!('missing' in found)) describe(name, fn)
  else if (isCi())
    describe(name, () =>
      test('Kafka is there', () => {
        throw new Error(absence(found.missing))
      }),
    )
  else {
    if (!isTold) process.stderr.write(`SKIPPED: ${name}: ${absence(found.missing)}\n`)
    isTold = true
    describe.skip(name, fn)
  }
}

/** The same for tests that need TLS, users and ACLs, and therefore a broker of our own; skipped with KAFKA_BROKERS. */
export function describeOwnBroker(name: string, fn: () => void): void {
  const found = inject('kafka')
  if ('missing' in found || found.tls !== undefined) describeKafka(name, fn)
  else describe.skip(name, fn)
}

const absence = (why: string) =>
  `there is no Kafka for the tests: ${why}. Install Java 17 and Maven, or name brokers in KAFKA_BROKERS`
