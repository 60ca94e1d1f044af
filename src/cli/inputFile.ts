import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { addAbortSignal, pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { LanekeeperError } from '../errors.ts'

/** An input as bytes, unpacked if it is gzip, and how far reading has come. */
export interface InputFile {
  name: string
  bytes: AsyncIterable<Uint8Array>
  /** Size in bytes as stored, unknown for a pipe. */
  size: number | undefined
  /** Bytes read so far, as stored. */
  read(): number
}

/**
 * Opens a file, or stdin for `-`. Throws a LanekeeperError, now or while reading, where it is missing, unreadable or damaged.
 * The signal ends it, even where the next bytes are still being waited for.
 */
export async function openInput(path: string, signal: AbortSignal = new AbortController().signal): Promise<InputFile> {
  const name = path === '-' ? 'stdin' : path
  const size = path === '-' ? undefined : await sizeOf(path)
  let read = 0
  async function* counted(stream: Readable) {
    for await (const chunk of stream) {
      read += chunk.length
      yield chunk
    }
  }
  const source = counted(addAbortSignal(signal, path === '-' ? process.stdin : createReadStream(path)))
  return { name, bytes: explained(name, unpacked(source), signal), size, read: () => read }
}

/** A small file as a whole. Throws a LanekeeperError where it is missing or unreadable. */
export async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw inWords(path, error)
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error) => Promise.reject(inWords(path, error)))
  if (found.isDirectory()) throw inWords(path, { code: 'EISDIR' })
  return found.size
}

/** gzip is told by its first two bytes, whatever the file is called. */
async function* unpacked(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = Buffer.alloc(0)
  while (first.length < 2) {
    const next = await source.next()
    if (next.done) break
    first = Buffer.concat([first, next.value])
  }
  const whole = joined(first, source)
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* whole
  const gunzip = createGunzip()
  pipeline(Readable.from(whole), gunzip, () => {}) // an error comes out of the iteration below
  yield* gunzip
}

async function* joined(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

async function* explained(
  name: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* source
  } catch (error) {
    if (!signal.aborted) throw inWords(name, error)
  }
}

function inWords(name: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (error instanceof LanekeeperError || code === '') return error
  if (code === 'ENOENT') return new LanekeeperError('file_missing', `${name}: no such file`, 'Check the path.')
  if (code === 'EISDIR') return new LanekeeperError('file_unreadable', `${name}: is a folder`, 'Name a file.')
  if (code === 'Z_BUF_ERROR')
    return new LanekeeperError('file_damaged', `${name}: the gzip data ends in the middle`, 'Copy the file again.')
  if (code.startsWith('Z_'))
    return new LanekeeperError('file_damaged', `${name}: the gzip data is damaged`, 'Copy the file again.')
  return new LanekeeperError('file_unreadable', `${name}: cannot be read (${code})`, 'Check its permissions.')
}
