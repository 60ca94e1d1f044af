import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { packaged } from '../../src/config.ts'

/** What a finished process left behind. */
export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

interface Options {
  cwd?: string
  env?: Record<string, string>
  /** Given to stdin, which is closed at once otherwise. */
  input?: string | Uint8Array
}

/** Runs `lanekeeper` from the sources to its end. */
export const lanekeeper = (args: readonly string[], options: Options = {}): Promise<Ran> =>
  ranOf(start(args, options), options)

/** Runs Node with arguments of its own to its end. */
export const node = (args: readonly string[], options: Options = {}): Promise<Ran> =>
  ranOf(spawned(args, options), options)

/** Starts `lanekeeper` from the sources; the caller reads its streams and waits for `exitOf`. */
export const start = (args: readonly string[], options: Options = {}): ChildProcess =>
  spawned([packaged('src/main.ts'), ...args], options)

function spawned(args: readonly string[], { cwd, env = {} }: Options): ChildProcess {
  const NODE_COMPILE_CACHE = join(tmpdir(), 'lanekeeper-compile-cache') // halves the time that a start takes
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NODE_COMPILE_CACHE, ...env } })
  child.stdin.on('error', () => {}) // it may end before it has read everything
  return child
}

async function ranOf(child: ChildProcess, { input = '' }: Options): Promise<Ran> {
  child.stdin?.end(input)
  const [stdout, stderr, code] = await Promise.all([text(child.stdout!), text(child.stderr!), exitOf(child)])
  return { code, stdout, stderr }
}

/** The exit code, or null where a signal ended it. */
export const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((done, failed) => child.once('close', done).once('error', failed))

/** The lines of an output that ends with a line feed; a cut-off last line fails the test. */
export function linesOf(output: string): string[] {
  if (output === '') return []
  if (!output.endsWith('\n')) throw new Error(`the last line is cut off: ${output.slice(-80)}`)
  return output.slice(0, -1).split('\n')
}

/** The one line in which a person's mistake was told on stderr, stdout having stayed empty. */
export function complaintOf({ stdout, stderr }: Ran): string {
  const [line = '', ...more] = linesOf(stderr)
  if (stdout !== '' || more.length > 0) throw new Error(`expected one line on stderr, got ${stdout}${stderr}`)
  return line
}
