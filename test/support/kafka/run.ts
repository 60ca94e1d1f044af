import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const finished = promisify(execFile)

/** What a broker needs is not here; the message says what to install. */
export class NoKafka extends Error {
  override name = 'NoKafka'
}

/** Runs a program to its end. Throws NoKafka with its last words. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await finished(program, args)
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code: unknown; stdout?: string; stderr?: string }
    if (code === 'ENOENT') throw new NoKafka(`there is no ${program}`)
    throw new NoKafka(`${program} failed: ${`${stdout}${stderr}`.trim().split('\n').slice(-3).join(' ')}`)
  }
}
