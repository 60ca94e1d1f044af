import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packaged } from '../../../src/config.ts'
import { describeKafka, describeOwnBroker, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { complaintOf, exitOf, lanekeeper, linesOf, node, type Ran } from '../../support/run.ts'
import { scratch } from '../../support/scratch.ts'

const { folder, at } = scratch()
chmodSync(folder, 0o711) // as root PostgreSQL runs as another user
const ONCE = ['start', '--demo', '--once', '--json', '--speed', 'max']
const WHERE =
  /^events go to (lanekeeper-demo-\w+)\.requests\.v1 on \S*:(\d+), entitlements come back on \1\.entitlements\.v1$/m

describeKafka('start --demo --kafka', () => {
  let own: TestKafka
  beforeAll(async () => {
    own = await testKafka({ missing: true })
  })
  afterAll(() => own.drop())
  const topics = async () => {
    const admin = own.kafka.admin()
    await admin.connect()
    return admin.listTopics().finally(() => admin.disconnect())
  }

  it('tells the story that the demo tells over HTTP, entry by entry, and takes its topics along', async () => {
    const env = (home: string) => ({ ...own.env, LANEKEEPER_HOME: at(home), PORT: '0' })
    const [overHttp, overKafka] = await Promise.all([
      lanekeeper(ONCE, { env: env('http') }),
      lanekeeper([...ONCE, '--kafka'], { env: env('kafka') }),
    ])
    expect(overHttp.stderr).toContain('KAFKA_BROKERS is left alone')
    const [, prefix] = WHERE.exec(overKafka.stderr)!
    const told = ({ stdout }: Ran) => linesOf(stdout.replaceAll(/key_\w+/g, 'a key')) // each demo has keys of its own
    expect([overKafka.code, told(overKafka)]).toEqual([0, told(overHttp)])
    expect(linesOf(overKafka.stdout).length).toBeGreaterThan(20)
    expect((await topics()).filter((name) => name.startsWith(prefix!))).toEqual([])
  })

  it('without brokers is refused in one line', async () => {
    const ran = await lanekeeper([...ONCE, '--kafka'], {
      env: { KAFKA_BROKERS: '127.0.0.1:1', LANEKEEPER_HOME: at('no') },
    })
    expect(complaintOf(ran)).toContain('the brokers of KAFKA_BROKERS do not answer')
  })
})

const SCRIPT = packaged('test/support/kafka/demo.ts')

describeOwnBroker('npm run demo:kafka', () => {
  it('starts a broker, plays on it, and ends with all that it has started', async () => {
    const env = { ...process.env, LANEKEEPER_HOME: at('broker'), PORT: '0' }
    const child = spawn(process.execPath, [SCRIPT, '--speed', '1'], { env })
    const stderr = text(child.stderr)
    await once(child.stdout, 'data') // its address
    child.kill('SIGTERM')
    expect(await exitOf(child)).toBe(143)
    expect(await stderr).toMatch(/\nstopped\n$/)
    const [, , port] = WHERE.exec(await stderr)!
    await expect(once(connect(Number(port), '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
  })
})

it('npm run demo:kafka says in one line what is missing', async () => {
  const ran = await node([SCRIPT], { env: { PATH: '/nowhere' } })
  expect([ran.code, linesOf(ran.stderr).at(-1)]).toEqual([
    1,
    'demo:kafka: there is no Kafka: there is no keytool. Install Java 17 and Maven.',
  ])
})
