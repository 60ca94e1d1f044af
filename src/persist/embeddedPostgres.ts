import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LanekeeperError } from '../errors.ts'
import { type Cluster, clusterIn, createCluster, isThere, NAME } from './embedded/cluster.ts'
import { freePort } from './embedded/freePort.ts'
import { launch, type Settings } from './embedded/launch.ts'
import { findPostmaster, removeStalePidFile, stopOrphan } from './embedded/postmaster.ts'
import { findPrograms, majorVersion, type Programs } from './embedded/programs.ts'
import { reaching, type ServerUser, serverUser } from './embedded/serverUser.ts'
import type { Supervised } from './embedded/supervisor.ts'
import { unavailable } from './embedded/unavailable.ts'

const ATTEMPTS = 50
const RETRY_MS = 100
/** Gone by themselves or told apart at the next look: a port taken meanwhile, another start, the last breath of a killed server. */
const PASSING = /could not create any TCP\/IP sockets|lock file|shared memory block/

/** A PostgreSQL of one's own, which ends with this process, however that ends. */
export interface EmbeddedPostgres {
  url: string
  /** Stops it cleanly: what is committed is on disk, and the next start needs no recovery. */
  stop(): Promise<void>
  /** It runs no longer, asked to stop or not. */
  ended: Promise<void>
}

/**
 * Starts PostgreSQL in `<home>/postgres`, which is made on the first start. Throws a LanekeeperError where it cannot run, or where
 * another Lanekeeper runs it. One that a killed Lanekeeper left running is stopped first.
 */
export async function startEmbedded(home: string, settings: Settings = {}): Promise<EmbeddedPostgres> {
  try {
    const programs = await findPrograms()
    const folder = await makeHome(home)
    const cluster = clusterIn(folder)
    const user = await reaching(await serverUser(cluster.data), [folder, dirname(programs.postgres)])
    if (!(await isThere(cluster, await majorVersion(programs, user)))) await createCluster(folder, programs, user)
    const { port, server } = await started(cluster, programs, user, settings)
    return { url: await urlOf(cluster, port), stop: server.stop, ended: server.ended }
  } catch (error) {
    throw inWords(error)
  }
}

/** Whether a home has a database, running or not. */
export const hasEmbedded = (home: string): boolean => existsSync(clusterIn(home).folder)

/** The address of the PostgreSQL that another Lanekeeper runs in that home, if there is one and it is ready. */
export async function runningEmbedded(home: string): Promise<string | undefined> {
  try {
    const cluster = clusterIn(await realpath(home))
    const found = await findPostmaster(cluster)
    return found?.isReady && found.owner ? await urlOf(cluster, found.port) : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw inWords(error)
  }
}

async function makeHome(home: string): Promise<string> {
  const isNew = await makeFolders(resolve(home))
  if (isNew && process.getuid?.() === 0) await chmod(home, 0o711) // PostgreSQL passes through as another user
  return realpath(home)
}

/** Makes what is missing of a path; whether that was anything. Node's own way never ends where a parent takes no folders, as /proc. */
async function makeFolders(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path).catch(() => undefined))?.isDirectory()) return false // a link may lead nowhere
    if (code !== 'ENOENT') throw error
    if (existsSync(dirname(path)))
      throw unavailable(`${path}: no folder can be made there`, 'Name another in LANEKEEPER_HOME')
  }
  await makeFolders(dirname(path))
  return makeFolders(path)
}

async function started(
  cluster: Cluster,
  programs: Programs,
  user: ServerUser,
  settings: Settings,
): Promise<{ port: number; server: Supervised }> {
  let failure = ''
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await makeWay(cluster)
    const port = await freePort(Number(await readFile(cluster.port, 'utf8').catch(() => 0)))
    const launched = await launch(cluster, port, programs, user, settings)
    if (launched.failure === undefined) {
      await writeFile(cluster.port, String(port))
      return { port, server: launched.server }
    }
    failure = launched.failure
    if (!PASSING.test(failure)) break
    await delay(RETRY_MS)
  }
  throw unavailable(`PostgreSQL did not start (${failure})`, `Look into ${cluster.log}`)
}

/** Leaves no other server on these data: refuses if a Lanekeeper that lives owns it, stops it if that one is dead. */
async function makeWay(cluster: Cluster): Promise<void> {
  const found = await findPostmaster(cluster)
  if (!found) return removeStalePidFile(cluster)
  if (!found.owner) return stopOrphan(cluster, found)
  throw new LanekeeperError(
    'database_in_use',
    `another Lanekeeper (process ${found.owner}) runs on ${dirname(cluster.folder)}`,
    'Stop it, or name another folder in LANEKEEPER_HOME.',
  )
}

async function urlOf(cluster: Cluster, port: number): Promise<string> {
  const password = await readFile(cluster.password, 'utf8')
  return `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`
}

function inWords(error: unknown): unknown {
  const { code = '', path = '' } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return unavailable(`${path || 'PostgreSQL'}: no permission (${code})`, 'Give it to the user who runs Lanekeeper')
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return unavailable(`${path}: a folder is needed there`, 'Name another in LANEKEEPER_HOME')
  if (code === 'ENOSPC') return unavailable(`${path}: the disk is full`, 'Make room')
  return error
}
