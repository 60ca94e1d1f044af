import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { quietTimers } from '../../../src/publish/kafka/quietTimers.ts'
import { certificateIn } from './certificate.ts'
import { freePorts } from './freePorts.ts'
import { kafkaJars } from './jars.ts'
import { type Ports, properties } from './properties.ts'
import { NoKafka, run } from './run.ts'
import { supervise } from './supervisor.ts'

/** Whoever logs in over SCRAM; `limited` may do what its ACLs let it, `admin` everything. */
export const PASSWORDS = { admin: 'admin-secret', limited: 'limited-secret' } as const

/** The addresses of a broker that is not somebody else's. */
export interface OwnBroker {
  plain: string
  tls: string
  /** SASL/SCRAM-SHA-256 over TLS. */
  sasl: string
  /** The file with the certificate to trust. */
  ca: string
}

export interface Broker extends OwnBroker {
  /** Kills it by -9 and starts it again at the same addresses; returns when it answers. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const START_MS = 60_000
const POLL_MS = 50

/** Starts Apache Kafka, one node in KRaft mode, in a temporary folder of its own. Throws NoKafka where it cannot. */
export async function startBroker(): Promise<Broker> {
  quietTimers() // of the client below, which is none of openKafka's: that one would wait for a broker that is not there yet
  const jars = `${await kafkaJars()}/*`
  const folder = await mkdtemp(join(tmpdir(), 'lanekeeper-kafka-'))
  try {
    return await startIn(folder, jars)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function startIn(folder: string, jars: string): Promise<Broker> {
  const [plain, tls, sasl, controller] = (await freePorts(4)) as [number, number, number, number]
  const ports: Ports = { plain, tls, sasl, controller }
  const { keystore, ca } = await certificateIn(folder)
  const config = join(folder, 'server.properties')
  await writeFile(config, properties(folder, ports, keystore))
  const users = Object.entries(PASSWORDS).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-256=[name=${name},password=${password}]`,
  ])
  const id = `A${randomBytes(16).toString('base64url').slice(1)}` // not one that begins with a dash
  await run('java', ['-cp', jars, ...SMALL, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', config, ...users])
  const log = await open(join(folder, 'log'), 'a')
  const server = supervise(['java', '-cp', jars, ...SMALL, '-Xmx512m', 'kafka.Kafka', config], folder, log.fd)
  await log.close()
  await answers(plain, folder).catch((error) => server.stop().then(() => Promise.reject(error)))
  return {
    plain: `127.0.0.1:${plain}`,
    tls: `127.0.0.1:${tls}`,
    sasl: `127.0.0.1:${sasl}`,
    ca,
    async restart() {
      server.restart()
      while (await isOpen(plain)) await delay(POLL_MS)
      await answers(plain, folder)
    },
    stop: () => server.stop(),
  }
}

/** It runs beside the tests: no threads for collecting, no long compilations. */
const SMALL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

async function answers(port: number, folder: string): Promise<void> {
  const until = Date.now() + START_MS
  while (!(await isOpen(port)) || !(await isRegistered(port))) {
    if (Date.now() > until)
      throw new NoKafka(`the broker does not start: ${(await readFile(join(folder, 'log'), 'utf8')).slice(-500)}`)
    await delay(POLL_MS)
  }
}

/** Its port opens before its controller knows of it; until then topics find no broker to lie on. */
async function isRegistered(port: number): Promise<boolean> {
  const brokers = [`127.0.0.1:${port}`]
  quietTimers()
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect()
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
