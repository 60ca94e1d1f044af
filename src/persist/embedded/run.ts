import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** Whom a program runs as; nobody in particular is who runs Lanekeeper. */
export interface Identity {
  uid?: number
  gid?: number
  /** What root leaves it of its own powers, so that it passes through folders that are closed to that user. */
  capability?: Capability
}

/** The first suffices; in a container root often has but the second. */
export const CAPABILITIES = ['dac_read_search', 'dac_override'] as const
export type Capability = (typeof CAPABILITIES)[number]

/** Nothing of ours: a PGDATA or PGPORT of the person's own must not reach the server. */
export const PLAIN_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

interface Finished {
  isDone: boolean
  /** What it wrote, stdout and stderr as they came, or why it could not be started. */
  output: string
}

/** Starts a program as somebody, in the root folder: the one we are in may be closed to that user. */
export function spawnAs(identity: Identity, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const { capability, ...user } = identity
  const plain = { ...options, cwd: '/', env: PLAIN_ENVIRONMENT }
  if (!capability) return spawn(command[0]!, command.slice(1), { ...plain, ...user })
  const only = `-all,+${capability}`
  // PostgreSQL asks access(2) for its own programs, which counts the capability only with this bit
  const become = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup']
  return spawn('setpriv', [...become, `--inh-caps=${only}`, `--ambient-caps=${only}`, ...command], plain)
}

/** Runs a program to its end. */
export function run(program: string, args: string[], identity: Identity = {}, input = ''): Promise<Finished> {
  return new Promise((done) => {
    const child = spawnAs(identity, [program, ...args])
    let output = ''
    const gather = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout!.on('data', gather)
    child.stderr!.on('data', gather)
    child.stdin!.on('error', () => {}) // it may end before it has read everything
    child.stdin!.end(input)
    child.once('error', (error) => done({ isDone: false, output: error.message }))
    child.once('close', (code) => done({ isDone: code === 0, output }))
  })
}

/** The last line that says something, without who wrote it. */
export const lastLine = (output: string): string =>
  (output.trimEnd().split('\n').at(-1) ?? '').replace(/^\S*\b(initdb|postgres): (error|fatal): /, '')
