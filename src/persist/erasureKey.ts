import { type KeyObject, randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readKey } from '../config.ts'
import { LanekeeperError } from '../errors.ts'

/**
 * The key of the embedded database's ban markers, made on the first use. It lies beside the database and not in it: whoever has a
 * dump must not be able to try out ids. Throws a LanekeeperError where it cannot be read.
 */
export async function erasureKeyIn(home: string): Promise<KeyObject> {
  const file = join(home, 'erasure.key')
  try {
    const text = await readFile(file, 'utf8').catch((error) =>
      error.code === 'ENOENT' ? made(file) : Promise.reject(error),
    )
    const key = readKey(text.trim())
    if (key) return key
  } catch (error) {
    throw inWords(error, file)
  }
  throw new LanekeeperError(
    'file_damaged',
    `${file} holds no key`,
    'Restore it from the backup: with another one, bans of erased accounts are not recognised.',
  )
}

/** Put into its place as a whole; where somebody else was first, theirs is the one. */
async function made(file: string): Promise<string> {
  const aside = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await writeFile(aside, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
    await link(aside, file).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { force: true })
  }
  return readFile(file, 'utf8')
}

function inWords(error: unknown, file: string): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  return /^(EACCES|EPERM|EROFS|EISDIR|ENOSPC)$/.test(code)
    ? new LanekeeperError(
        'file_unreadable',
        `${file} cannot be read or made (${code})`,
        'Let the user who runs Lanekeeper do so.',
      )
    : error
}
