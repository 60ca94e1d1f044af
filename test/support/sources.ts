import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { packaged } from '../../src/config.ts'

/** A TypeScript file by its path in the project, with forward slashes. */
export interface Source {
  path: string
  text: string
}

/** One import or re-export. */
export interface Import {
  /** As written, e.g. `./event.ts` or `node:fs`. */
  specifier: string
  /** The file it names, by its path in the project; undefined for a package. */
  target?: string
  /** Only types: nothing of it is left at run time. */
  isType: boolean
}

/** Every TypeScript file below a folder of the project. */
export function readSources(folder: string): Source[] {
  const names = readdirSync(packaged(folder), { recursive: true, encoding: 'utf8' })
  const paths = names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name).replaceAll('\\', '/'))
  return paths.sort().map((path) => ({ path, text: readFileSync(packaged(path), 'utf8') }))
}

const STATEMENT =
  /^\s*(?:import|export)\s+(?<type>type\s+)?(?:[\w$]+\s*,\s*)?(?:\{(?<names>[^}]*)\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+)\s*from\s*['"](?<from>[^'"]+)['"]/gm
const BARE = /(?:^\s*import|\bimport\s*\()\s*['"](?<from>[^'"]+)['"]/gm

/**
 * What a file imports, re-exports or loads dynamically. A list of names that are all marked `type` still loads the file at
 * run time; biome turns it into `import type`, so it counts as types here.
 */
export function importsOf({ path, text }: Source): Import[] {
  const code = withoutComments(text)
  const named = [...code.matchAll(STATEMENT)].map(({ groups }) => ({
    specifier: groups!.from!,
    isType: groups!.type !== undefined || isAllTypes(groups!.names),
  }))
  const bare = [...code.matchAll(BARE)].map(({ groups }) => ({ specifier: groups!.from!, isType: false }))
  return [...named, ...bare].map((one) =>
    one.specifier.startsWith('.') ? { ...one, target: posix.join(posix.dirname(path), one.specifier) } : one,
  )
}

/** The text with every comment blanked, so that a word in one breaks no rule; lines stay where they are. */
export const withoutComments = (text: string): string =>
  text.replace(/(^|\s)(\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g, (_all, before: string, comment: string) => {
    return before + comment.replace(/[^\n]/g, ' ')
  })

const isAllTypes = (names = '') => {
  const listed = names.split(',').filter((name) => name.trim() !== '')
  return listed.length > 0 && listed.every((name) => name.trim().startsWith('type '))
}
