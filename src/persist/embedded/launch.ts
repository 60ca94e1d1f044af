import { open, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { findPostmaster } from './postmaster.ts'
import type { Programs } from './programs.ts'
import { lastLine } from './run.ts'
import type { ServerUser } from './serverUser.ts'
import { type Supervised, supervise } from './supervisor.ts'

const POLL_MS = 10

/** PostgreSQL's settings by name. */
export type Settings = Record<string, string>

/** The log tells what went wrong, not the rows it went wrong with: they hold people's words. */
const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

/** Starts the server and waits until it takes connections; or gives the reason for which it ended before that. */
export async function launch(
  cluster: Cluster,
  port: number,
  { postgres }: Programs,
  { identity }: ServerUser,
  settings: Settings,
): Promise<{ server: Supervised; failure?: undefined } | { failure: string }> {
  const log = await open(cluster.log, 'a', 0o600)
  const { size } = await log.stat()
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = supervise([postgres, '-D', cluster.data, '-p', String(port), ...flags], identity, log.fd)
  await log.close()
  while (server.isRunning()) {
    const found = await findPostmaster(cluster)
    if (found?.isReady && found.parent === server.pid) return { server }
    await delay(POLL_MS)
  }
  await server.ended
  return { failure: reasonIn((await readFile(cluster.log)).subarray(size).toString()) }
}

const reasonIn = (log: string): string => log.match(/(?:FATAL|PANIC): +(.*)/)?.[1] ?? lastLine(log)
