import { fold, unitClass, WORD } from './fold.ts'
import { finish } from './hash.ts'

/** What a request carries beside its text. An absent field is unknown and says nothing; an empty list says something. */
export interface Context {
  system?: string | undefined
  tools?: readonly string[] | undefined
  client?: string | undefined
}

/** The pieces of evidence of a context, in words that a support person can read. */
export const contextParts = ['system prompt', 'tool names', 'client'] as const

/** The context model has one table of 2^bits weights; the three parts hash into it with seeds of their own. */
export const CONTEXT_BITS = 13
const SYSTEM_HEAD = 400
const MOST_TERMS = 256

const terms = Uint32Array.from(contextParts, () => 0)
const scratch = contextParts.map(() => new Uint32Array(MOST_TERMS))

export interface CountedContext {
  /** table indices a part, of which the first `sizes[part]` count; a term that occurs twice stands there twice */
  terms: readonly Uint32Array[]
  sizes: Uint32Array
}

/** Hashes words of the system prompt's beginning, whole tool names, and the client's product name without its version. */
export function countContext({ system, tools, client }: Context): CountedContext {
  terms.fill(0)
  if (system !== undefined) addWords(0, system.length > 2 * SYSTEM_HEAD ? system.slice(0, 2 * SYSTEM_HEAD) : system)
  if (tools !== undefined) {
    if (tools.length === 0) add(1, 1)
    for (const tool of tools) add(1, nameHash(tool))
  }
  if (client !== undefined) add(2, nameHash(productOf(client)))
  return { terms: scratch, sizes: terms }
}

function add(part: number, hash: number): void {
  if (terms[part]! < MOST_TERMS)
    scratch[part]![terms[part]!++] = finish(hash ^ Math.imul(part + 1, 0x9e3779b1)) >>> (32 - CONTEXT_BITS)
}

/** Words and, for scripts without blanks between words, pairs of characters. */
function addWords(part: number, text: string): void {
  const { codes, length } = fold(text)
  let hash = 0
  for (let i = 0; i < Math.min(length, SYSTEM_HEAD); i++) {
    const unit = codes[i]!
    const kind = unitClass[unit]!
    if (kind === WORD) hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ unit, 0x01000193)
    else {
      if (hash !== 0) add(part, hash)
      hash = 0
      if (unit > 0x2fff) add(part, Math.imul(unit, 0x10001) ^ codes[i + 1 < length ? i + 1 : i]!)
    }
  }
  if (hash !== 0) add(part, hash)
}

/** Letters and digits only, without case: `Kilo Code` and `kilo-code` are one. */
function nameHash(name: string): number {
  const { codes, length } = fold(name)
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) {
    const unit = codes[i]!
    if (unit !== 0x5f && unitClass[unit]! !== 3 && unit !== 0x20) hash = Math.imul(hash ^ unit, 0x01000193)
  }
  return hash
}

function productOf(client: string): string {
  const slash = client.search(/[/(]/)
  return slash === -1 ? client : client.slice(0, slash)
}
