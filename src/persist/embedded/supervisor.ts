import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type Identity, spawnAs } from './run.ts'

const MARK = 'lanekeeper-postgres'

/**
 * Runs a server until its own stdin ends, which happens when Lanekeeper closes it or dies, even by kill -9; then it asks the
 * server for a fast shutdown. An asynchronous command gets no stdin of its own, hence the detour over 3.
 */
const SCRIPT = `shift
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -INT $server; } 2>/dev/null & watch=$!
wait $server; code=$?
kill $watch 2>/dev/null
exit $code`

/** A server that lives no longer than this process. */
export interface Supervised {
  /** The supervisor, which is the server's parent. */
  pid: number
  isRunning(): boolean
  ended: Promise<void>
  stop(): Promise<void>
}

/** Starts a server in a session of its own: Ctrl-C in the terminal is for Lanekeeper, which stops its database last. */
export function supervise(command: string[], identity: Identity, log: number): Supervised {
  const supervisor = ['/bin/sh', '-c', SCRIPT, MARK, String(process.pid), ...command]
  const child = spawnAs(identity, supervisor, { detached: true, stdio: ['pipe', log, log] })
  const input = child.stdin as Socket
  input.on('error', () => {}) // it has ended by itself
  input.unref()
  child.unref()
  const ended = endOf(child)
  return {
    pid: child.pid ?? 0,
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    ended,
    async stop() {
      child.ref()
      input.end()
      await ended
    },
  }
}

const endOf = (child: ChildProcess): Promise<void> =>
  once(child, 'exit').then(
    () => {},
    () => {}, // it could not be started
  )

/** The Lanekeeper that a supervisor's command line names. */
export const ownerIn = (command: string): number => Number(command.match(`${MARK} (\\d+) `)?.[1])
