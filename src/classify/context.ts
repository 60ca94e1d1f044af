import { codingClients, codingToolNames } from './codingTools.ts'
import { CJK, fold, MARK, unitClass, WORD } from './fold.ts'
import { finish } from './hash.ts'

/** What a request carries beside its text. An absent field is unknown and says nothing; an empty list of tools says something. */
export interface Context {
  system?: string | undefined
  tools?: readonly string[] | undefined
  client?: string | undefined
}

/** The pieces of evidence of a context, in words that a support person can read. */
export const contextParts = ['system prompt', 'tool names', 'client'] as const

/** The known terms of a context stand in a table of 2^bits bytes. */
export const CONTEXT_BITS = 13
const SYSTEM_HEAD = 400
const MOST_TERMS = 256

const [SYSTEM, TOOLS, CLIENT] = [0, 1, 2]
const sizes = Uint32Array.from(contextParts, () => 0)
const terms = contextParts.map(() => new Uint32Array(MOST_TERMS))

export interface CountedContext {
  /** 32-bit hashes a part, of which the first `sizes[part]` count; a term that occurs twice stands there twice */
  terms: readonly Uint32Array[]
  sizes: Uint32Array
  /** its client or its tools are those of a coding tool */
  coding: boolean
}

const productHashes = new Set(codingClients.map(nameHash))
const toolHashes = new Set(codingToolNames.map(nameHash))
const ANY_CODING_CLIENT = 1
const NO_TOOLS = 1
/** The term that stands beside the name of every coding tool's client, so that what holds for all of them is learned once. */
export const anyCodingClient = termOf(CLIENT, ANY_CODING_CLIENT)

/** Hashes words of the system prompt's beginning, whole tool names, and the client's product name without its version. */
export function countContext({ system, tools, client }: Context): CountedContext {
  sizes.fill(0)
  let known = 0
  if (system !== undefined) addWords(system.length > 2 * SYSTEM_HEAD ? system.slice(0, 2 * SYSTEM_HEAD) : system)
  if (tools !== undefined) {
    if (tools.length === 0) add(TOOLS, NO_TOOLS)
    for (const tool of tools) {
      const hash = nameHash(tool)
      if (toolHashes.has(hash)) known++
      add(TOOLS, hash)
    }
  }
  let coding = known > 1
  if (client !== undefined) {
    const hash = nameHash(productOf(client))
    add(CLIENT, hash)
    if (productHashes.has(hash)) {
      coding = true
      add(CLIENT, ANY_CODING_CLIENT)
    }
  }
  return { terms, sizes, coding }
}

/** What one term of a part counts: the words of a long prompt and the names of a long list share one voice. */
export const shareOf = (part: number, size: number): number => (part === CLIENT ? 1 : 1 / Math.sqrt(size))

function add(part: number, hash: number): void {
  if (sizes[part]! < MOST_TERMS) terms[part]![sizes[part]!++] = termOf(part, hash)
}

function termOf(part: number, hash: number): number {
  return finish(hash ^ Math.imul(part + 1, 0x9e3779b1))
}

/** Words and, for scripts without blanks between words, pairs of characters. */
function addWords(text: string): void {
  const { codes, length } = fold(text)
  let hash = 0
  for (let i = 0; i < Math.min(length, SYSTEM_HEAD); i++) {
    const unit = codes[i]!
    const kind = unitClass[unit]!
    if (kind === WORD) hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ unit, 0x01000193)
    else {
      if (hash !== 0) add(SYSTEM, hash)
      hash = 0
      if (kind === CJK) add(SYSTEM, Math.imul(unit, 0x10001) ^ codes[i + 1 < length ? i + 1 : i]!)
    }
  }
  if (hash !== 0) add(SYSTEM, hash)
}

/** Letters and digits only, without case: `Kilo Code` and `kilo-code` are one. */
function nameHash(name: string): number {
  const { codes, length } = fold(name)
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) {
    const unit = codes[i]!
    if (unit !== 0x5f && unitClass[unit]! !== MARK && unit !== 0x20) hash = Math.imul(hash ^ unit, 0x01000193)
  }
  return hash
}

function productOf(client: string): string {
  const slash = client.search(/[/(]/)
  return slash === -1 ? client : client.slice(0, slash)
}
