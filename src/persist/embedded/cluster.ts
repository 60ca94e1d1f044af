import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LanekeeperError } from '../../errors.ts'
import { isAlive } from './processes.ts'
import type { Programs } from './programs.ts'
import { lastLine, run } from './run.ts'
import type { ServerUser } from './serverUser.ts'
import { unavailable } from './unavailable.ts'

/** The name of database and of its user. */
export const NAME = 'lanekeeper'

const NEW = 'postgres.new-'
/** Alike on every machine: text sorts by code point, whatever the locale of whoever started it first. */
const INITDB = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** PostgreSQL's folder in a home: `data` is its own, `password` opens it, `port` is where it listened last, `log` what it said. */
export const clusterIn = (home: string) => {
  const folder = join(home, 'postgres')
  const at = (name: string) => join(folder, name)
  return { folder, data: at('data'), password: at('password'), port: at('port'), log: at('log') }
}
export type Cluster = ReturnType<typeof clusterIn>

/** Whether there is one. Refuses a folder that is not ours, or that another major version made. */
export async function isThere({ folder, data, password }: Cluster, major: string): Promise<boolean> {
  const names = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error.code === 'ENOTDIR' ? foreign(folder) : error
  })
  if (names.length === 0) return false
  const [version] = await Promise.all([readFile(join(data, 'PG_VERSION'), 'utf8'), readFile(password)]).catch((error) =>
    Promise.reject(error.code === 'ENOENT' || error.code === 'ENOTDIR' ? foreign(folder) : error),
  )
  if (version.trim() === major) return true
  throw new LanekeeperError(
    'database_foreign',
    `${folder} was made by PostgreSQL ${version.trim()}, and this Lanekeeper brings PostgreSQL ${major}`,
    'Restore a dump of it into a new home, or set DATABASE_URL to a PostgreSQL of that version.',
  )
}

const foreign = (folder: string) =>
  new LanekeeperError(
    'database_foreign',
    `${folder} is not a database of Lanekeeper's`,
    'Move it away, or name another folder in LANEKEEPER_HOME.',
  )

/** Makes one aside and moves it into its place as a whole: it is there or it is not, however many do so, and wherever one is killed. */
export async function createCluster(home: string, programs: Programs, user: ServerUser): Promise<void> {
  await removeUnfinished(home)
  const folder = join(home, `${NEW}${process.pid}-${randomBytes(4).toString('hex')}`)
  const unfinished = clusterIn(folder)
  try {
    await mkdir(unfinished.data, { recursive: true })
    for (const path of [folder, unfinished.folder]) await chmod(path, 0o711) // PostgreSQL may pass through as another user
    await writeFile(unfinished.password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    await giveTo(user, unfinished.data, unfinished.password)
    await initialise(unfinished, programs, user)
    await rename(unfinished.folder, clusterIn(home).folder)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error // else another one was first: theirs is as good
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function initialise({ data, password }: Cluster, { initdb, postgres }: Programs, user: ServerUser) {
  const login = [`--username=${NAME}`, `--pwfile=${password}`, '--auth=scram-sha-256']
  const made = await run(initdb, [`--pgdata=${data}`, ...login, ...INITDB, '--no-instructions'], user.identity)
  if (!made.isDone) throw notMade(made.output)
  const sql = `create database ${NAME};\n`
  const filled = await run(postgres, ['--single', '-j', '-D', data, 'postgres'], user.identity, sql)
  if (!filled.isDone || filled.output.includes('ERROR:')) throw notMade(filled.output)
}

const notMade = (output: string) =>
  unavailable(`the database could not be made (${lastLine(output)})`, 'Mend that and start again')

async function giveTo({ identity: { uid, gid } }: ServerUser, ...paths: string[]): Promise<void> {
  if (uid !== undefined && gid !== undefined) for (const path of paths) await chown(path, uid, gid)
}

/** What a process that was killed on the way left behind. */
async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home))
    if (name.startsWith(NEW) && !isAlive(Number.parseInt(name.slice(NEW.length), 10)))
      await rm(join(home, name), { recursive: true, force: true })
}
