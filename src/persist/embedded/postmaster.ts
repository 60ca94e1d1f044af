import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { isAlive, processOf } from './processes.ts'
import { ownerIn } from './supervisor.ts'
import { unavailable } from './unavailable.ts'

const PATIENCE_MS = 60_000
const POLL_MS = 10

/** A running PostgreSQL. */
export interface Postmaster {
  pid: number
  port: number
  isReady: boolean
  parent: number
  /** The Lanekeeper that started it and still runs. */
  owner: number | undefined
}

const pidFile = ({ data }: Cluster) => join(data, 'postmaster.pid')

/** The PostgreSQL that runs on these data. A file that names a process which is no more, or is another by now, names none. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const [id, , , port, , , , status] = (await readPidFile(cluster)).split('\n')
  const pid = Number(id)
  const found = pid > 0 ? await processOf(pid) : undefined
  if (!found?.command.includes(` -D ${cluster.data} `)) return undefined
  const { parent } = found
  return { pid, port: Number(port), isReady: status?.trim() === 'ready', parent, owner: await ownerOf(parent) }
}

/** The supervisor's parent is the Lanekeeper that started it, until that one dies and the supervisor falls to another. */
async function ownerOf(supervisor: number): Promise<number | undefined> {
  const found = await processOf(supervisor)
  return found && ownerIn(found.command) === found.parent ? found.parent : undefined
}

/** PostgreSQL refuses to start where its file names a process that lives, even if that is quite another by now, as in a container. */
export async function removeStalePidFile(cluster: Cluster): Promise<void> {
  const text = await readPidFile(cluster)
  if (!isAlive(Math.abs(Number.parseInt(text, 10)))) return // it sees that for itself
  const isStale = !(await findPostmaster(cluster)) && text === (await readPidFile(cluster))
  if (isStale) await rm(pidFile(cluster), { force: true })
}

const readPidFile = (cluster: Cluster): Promise<string> =>
  readFile(pidFile(cluster), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })

/** Stops one that nobody owns any more, as gently as any other stop. */
export async function stopOrphan(cluster: Cluster, { pid }: Postmaster): Promise<void> {
  signal(pid)
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    if ((await findPostmaster(cluster))?.pid !== pid) return
    await delay(POLL_MS)
  }
  throw unavailable(`an earlier PostgreSQL (process ${pid}) does not stop`, 'End it by hand')
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
