import { spawn } from 'node:child_process'

/** Whom a program runs as; nobody in particular is who runs Lanekeeper. */
export interface Identity {
  uid?: number
  gid?: number
}

/** Nothing of ours: a PGDATA or PGPORT of the person's own must not reach the server. */
export const PLAIN_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

interface Finished {
  isDone: boolean
  /** What it wrote, stdout and stderr as they came, or why it could not be started. */
  output: string
}

/** Runs a program to its end, in the root folder: the one we are in may be closed to that user. */
export function run(program: string, args: string[], identity: Identity = {}, input = ''): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(program, args, { ...identity, cwd: '/', env: PLAIN_ENVIRONMENT })
    let output = ''
    const gather = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', gather)
    child.stderr.on('data', gather)
    child.stdin.on('error', () => {}) // it may end before it has read everything
    child.stdin.end(input)
    child.once('error', (error) => done({ isDone: false, output: error.message }))
    child.once('close', (code) => done({ isDone: code === 0, output }))
  })
}

/** The last line that says something, without who wrote it. */
export const lastLine = (output: string): string =>
  (output.trimEnd().split('\n').at(-1) ?? '').replace(/^\S*\b(initdb|postgres): (error|fatal): /, '')
