import { EXIT } from '../errors.ts'

/**
 * Aborts on Ctrl-C and SIGTERM, with the exit code as reason; a second one ends the process the hard way. The listeners stay:
 * where there are none but its own, the one that gives the cursor back (signal-exit) kills the process.
 */
export function onInterrupt(): AbortController {
  const stop = new AbortController()
  const on = (signal: NodeJS.Signals, code: number) =>
    process.on(signal, () => (stop.signal.aborted ? process.exit(code) : stop.abort(code)))
  on('SIGINT', EXIT.interrupted)
  on('SIGTERM', EXIT.terminated)
  return stop
}

/** Resolves once the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done())))
