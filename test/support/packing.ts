import { execFile } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { packaged } from '../../src/config.ts'

const execute = promisify(execFile)

/** Runs a program with this Node first on the path, as in an installed project whose Node is new enough. */
export async function run(
  cwd: string,
  program: string,
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  const path = [packaged('node_modules/.bin'), process.env.PATH].join(delimiter)
  try {
    return await execute(program, args, { cwd, env: { ...process.env, PATH: path }, maxBuffer: 1 << 26 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

/** Copies what a commit of everything here would hold, so that packing leaves no trace in the checkout. */
export async function copyProject(copy: string): Promise<void> {
  const listing = ['-c', 'safe.directory=*', 'ls-files', '-co', '--exclude-standard', '-z']
  const { stdout } = await run(packaged('.'), 'git', ...listing)
  for (const name of stdout.split('\0').filter(Boolean))
    await cp(packaged(name), join(copy, name)).catch((error) => {
      if (error.code !== 'ENOENT') throw error // deleted, but still in the index
    })
  await symlink(packaged('node_modules'), join(copy, 'node_modules'))
}

/** Checks the types of a file as strictly as a careful project does; `more` are options of tsc. */
export const checkTypes = (cwd: string, file: string, ...more: string[]) =>
  run(
    ...([cwd, packaged('node_modules/.bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', 'false'] as const),
    ...['--target', 'es2022', '--module', 'nodenext', ...more, file],
  )
