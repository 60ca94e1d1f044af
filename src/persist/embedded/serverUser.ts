import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CAPABILITIES, type Identity, lastLine, run } from './run.ts'
import { unavailable } from './unavailable.ts'

const NAME = 'postgres'

/** Who PostgreSQL runs as: it refuses to run as root. */
export interface ServerUser {
  name: string
  identity: Identity
}

/** Whoever runs Lanekeeper; for root the owner of the data that are there, else the user `postgres`, who is made if missing. */
export async function serverUser(data: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { name: 'you', identity: {} }
  const owner = await stat(data).catch(() => undefined)
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, identity: { uid: owner.uid, gid: owner.gid } }
  const identity = (await identityOf(NAME)) ?? (await make(NAME))
  return { name: `the user ${NAME}`, identity }
}

async function make(name: string): Promise<Identity> {
  const made = await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', name])
  const identity = await identityOf(name)
  if (identity) return identity
  const why = lastLine(made.output)
  throw unavailable(`PostgreSQL does not run as root, and no user ${name} could be made (${why})`, 'Do not run as root')
}

async function identityOf(name: string): Promise<Identity | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  return uid.isDone && gid.isDone ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined
}

/**
 * That user, able to reach the folders. Where one of them, or one above it, is closed to it, root lets it pass; refuses where root
 * may not. The kernel is asked, so ACLs count.
 */
export async function reaching(user: ServerUser, folders: readonly string[]): Promise<ServerUser> {
  const { name, identity } = user
  if (identity.uid === undefined) return user
  const closed = await closedTo(identity, folders)
  if (closed === undefined) return user
  for (const capability of CAPABILITIES) {
    const able = { ...identity, capability }
    if ((await closedTo(able, folders)) === undefined) return { name, identity: able }
  }
  throw unavailable(
    `PostgreSQL runs as ${name}, to whom the folder ${closed} is closed`,
    `Open it (chmod o+x ${closed}), do not run as root, move the project or LANEKEEPER_HOME elsewhere`,
  )
}

/** The outermost folder that somebody cannot reach, or why that could not be asked. */
async function closedTo(identity: Identity, folders: readonly string[]): Promise<string | undefined> {
  const asked = 'for folder; do [ -x "$folder" ] || { echo "$folder"; exit 1; }; done'
  const { isDone, output } = await run('/bin/sh', ['-c', asked, 'sh', ...folders.flatMap(withParents)], identity)
  return isDone ? undefined : lastLine(output)
}

/** `/a/b` gives `/`, `/a` and `/a/b`: the outermost closed one is the one to name. */
const withParents = (folder: string): string[] =>
  folder === dirname(folder) ? [folder] : [...withParents(dirname(folder)), folder]
