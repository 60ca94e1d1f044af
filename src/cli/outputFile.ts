import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { LanekeeperError } from '../errors.ts'

const CHUNK = 1 << 16

/** Lines to a file, or to stdout where no file is named; `close` returns when all is written. */
export interface OutputFile {
  line(text: string): void | Promise<void>
  close(): Promise<void>
}

/**
 * Opens the output; `-` is stdout too. It, `line` and `close` throw a LanekeeperError where it cannot be written: disk full,
 * pipe closed, no such folder. Opening a file empties it, so one that is read from is refused.
 */
export async function openOutput(path = '-', ...inputs: (string | undefined)[]): Promise<OutputFile> {
  const isFile = path !== '-'
  const name = isFile ? path : 'stdout'
  for (const input of isFile ? inputs : [])
    if (input !== undefined && (await isSame(path, input)))
      throw new LanekeeperError('usage', `${path}: is the input as well`, 'Name another file.')
  const stream: Writable = isFile ? createWriteStream(path) : process.stdout
  let failure: LanekeeperError | undefined
  const failed = (error: Error) => {
    failure ??= inWords(name, error) // the first one says why, what follows is only its echo
    return failure
  }
  stream.on('error', failed)
  const write = (text: string) =>
    new Promise<void>((done, fail) => {
      if (failure) fail(failure)
      else stream.write(text, (error) => (error ? fail(failed(error)) : done()))
    })
  let buffer = ''
  const flush = () => {
    const text = buffer
    buffer = ''
    return write(text)
  }
  if (isFile) await once(stream, 'open').catch((error) => Promise.reject(failed(error)))
  return {
    line(text) {
      buffer += `${text}\n`
      return buffer.length >= CHUNK ? flush() : undefined
    },
    async close() {
      await flush()
      if (!isFile) return
      stream.end()
      await finished(stream).catch((error) => Promise.reject(failed(error)))
    },
  }
}

async function isSame(path: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([path, other].map((one) => stat(one).catch(() => undefined)))
  return a !== undefined && b !== undefined && a.isFile() && a.ino === b.ino && a.dev === b.dev
}

/** Why an output cannot be written, and what to do. */
export function inWords(name: string, error: Error): LanekeeperError {
  const { code = error.message } = error as NodeJS.ErrnoException
  const [what, hint] = (
    {
      ENOSPC: ['the disk is full', 'Free some space and run it again.'],
      EPIPE: ['whoever read it has closed the pipe', 'Read it to the end, or write to a file with --out.'],
      ENOENT: ['no such folder', 'Create the folder first.'],
      EISDIR: ['is a folder', 'Name a file.'],
    } as Record<string, [string, string]>
  )[code] ?? [`cannot be written (${code})`, 'Check the path and its permissions.']
  return new LanekeeperError('output_failed', `${name}: ${what}`, hint)
}
