import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packaged, readConfig, settingsList } from '../src/config.ts'

const text = (path: string) => readFileSync(packaged(path), 'utf8')
const compose = text('compose.yaml')

/** The lines below a key, down to the next one that is no deeper. */
function below(key: string, from = compose): string {
  const [, indent, inner] = new RegExp(`^( *)${key}:.*\\n((?:\\1 +.*\\n|\\s*\\n)*)`, 'm').exec(from) ?? []
  if (indent === undefined) throw new Error(`compose.yaml has no ${key}`)
  return inner!
}
const pairsOf = (lines: string): [string, string][] =>
  [...lines.matchAll(/^ *([A-Z][A-Z_]+):(?: +([^#\n]*?))? *(?:#.*)?$/gm)].map(([, name, value]) => [name!, value ?? ''])

describe('compose.yaml', () => {
  const environment = pairsOf(below('environment', below('lanekeeper')))

  it('names settings that there are, with values that they take', () => {
    const known = settingsList().map(({ name }) => name)
    expect(known).toEqual(expect.arrayContaining(environment.map(([name]) => name)))
    const given = environment.filter(([, value]) => value !== '') // without a value: passed on where it is set
    const { databaseUrl, kafka, host, port } = readConfig(Object.fromEntries(given))
    expect([new URL(databaseUrl!).hostname, kafka?.brokers, host, port]).toEqual([
      'postgres',
      ['kafka:9092'],
      '0.0.0.0',
      8080,
    ])
  })

  it('reaches the database and the broker that it starts', () => {
    const { username, password, pathname } = new URL(Object.fromEntries(environment).DATABASE_URL!)
    const postgres = Object.fromEntries(pairsOf(below('environment', below('postgres'))))
    expect([username, password, pathname]).toEqual([
      postgres.POSTGRES_USER,
      postgres.POSTGRES_PASSWORD,
      `/${postgres.POSTGRES_USER}`,
    ])
    const broker = Object.fromEntries(pairsOf(below('environment', below('kafka'))))
    expect(broker.KAFKA_ADVERTISED_LISTENERS!.split(',')).toContain(
      `INSIDE://${Object.fromEntries(environment).KAFKA_BROKERS}`,
    )
  })

  it('has the Kafka that the tests have, and a Node that runs the sources', () => {
    const [, tested] = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(
      text('test/support/kafka/pom.xml'),
    )!
    expect(compose).toContain(`image: apache/kafka:${tested}\n`)
    const [, node] = /FROM node:(\d+)\n/.exec(compose)!
    const { engines, devDependencies } = JSON.parse(text('package.json'))
    expect(devDependencies.node).toMatch(new RegExp(`^\\^${node}\\.`))
    expect(Number(node)).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)![0]))
  })
})
