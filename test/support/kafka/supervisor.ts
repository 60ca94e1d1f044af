import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a server until its own stdin ends, which happens when the tests are done or die, even by kill -9; then it kills the server
 * and removes its folder. A line on stdin kills the server and starts it again. An asynchronous command gets no stdin of its own,
 * hence the detour over 3.
 */
const SCRIPT = `dir=$1; shift
exec 3<&0 </dev/null
while :; do
  "$@" 3<&- & server=$!
  read -r _ <&3; more=$?
  kill -KILL $server; wait $server
  [ $more = 0 ] || break
done 2>/dev/null
rm -rf "$dir"`

/** A server that lives no longer than this process. */
export interface Supervised {
  /** Kills it and starts it again. */
  restart(): void
  /** Kills it; returns when it and its folder are gone. */
  stop(): Promise<void>
}

/** Starts a server whose folder is removed with it, in a session of its own: Ctrl-C in the terminal is for the tests. */
export function supervise(command: readonly string[], folder: string, log: number): Supervised {
  const args = ['-c', SCRIPT, 'lanekeeper-kafka', folder, ...command]
  const child = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', log, log] })
  const ended = once(child, 'exit')
  child.stdin!.on('error', () => {}) // it has ended by itself
  return {
    restart() {
      child.stdin!.write('\n')
    },
    async stop() {
      child.stdin!.end()
      await ended
    },
  }
}
