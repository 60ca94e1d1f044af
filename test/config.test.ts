import { describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'

const BROKERS = 'a.example:9092,b.example:9093'

describe('the settings of Kafka', () => {
  it('are none without brokers', () => {
    expect(readConfig({}).kafka).toBeUndefined()
  })

  it('are sound with nothing but brokers', () => {
    expect(readConfig({ KAFKA_BROKERS: BROKERS }).kafka).toEqual({
      brokers: ['a.example:9092', 'b.example:9093'],
      tls: false,
      ca: undefined,
      login: undefined,
      partitions: 12,
      topics: {
        requests: 'lanekeeper.requests.v1',
        capacity: 'lanekeeper.capacity.v1',
        entitlements: 'lanekeeper.entitlements.v1',
        notices: 'lanekeeper.notices.v1',
        'dead-letters': 'lanekeeper.dead-letters.v1',
      },
    })
  })

  it('name all topics by their prefix, and single ones whole', () => {
    const given = { KAFKA_TOPIC_PREFIX: 'eu.', KAFKA_TOPICS: 'requests=ai.requests,dead-letters=trash' }
    expect(readConfig({ KAFKA_BROKERS: BROKERS, ...given }).kafka?.topics).toMatchObject({
      requests: 'ai.requests',
      notices: 'eu.notices.v1',
      'dead-letters': 'trash',
    })
  })

  it.each([
    { KAFKA_BROKERS: 'a.example' },
    { KAFKA_BROKERS: 'a.example:9092,' },
    { KAFKA_TLS: 'yes' },
    { KAFKA_SASL_MECHANISM: 'gssapi' },
    { KAFKA_TOPIC_PREFIX: 'a b' },
    { KAFKA_TOPICS: 'request=x' },
    { KAFKA_TOPICS: 'requests=x,' },
    { KAFKA_PARTITIONS: '0' },
  ])('refuse %o by name', (wrong) => {
    expect(() => readConfig({ KAFKA_BROKERS: BROKERS, ...wrong })).toThrow(Object.keys(wrong)[0])
  })

  it('want a login whole or not at all, and quote no password', () => {
    const half = { KAFKA_BROKERS: BROKERS, KAFKA_USERNAME: 'x', KAFKA_PASSWORD: 'sesame' }
    expect(() => readConfig(half)).toThrow(/KAFKA_SASL_MECHANISM.*only some are set$/)
    const login = { mechanism: 'scram-sha-512', username: 'x', password: 'sesame' }
    expect(readConfig({ ...half, KAFKA_SASL_MECHANISM: 'scram-sha-512' }).kafka?.login).toEqual(login)
  })
})
