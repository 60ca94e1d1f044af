import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'

/** A file of the rules folder: its path below the folder, with forward slashes, and its text. */
export interface RuleFile {
  path: string
  text: string
}

/** One mistake in a rule file: where, what, and what to do. */
export interface RuleProblem {
  file: string
  /** JSON path, e.g. `conditions.all[0].fact`; empty for the whole file. */
  path: string
  line: number
  message: string
}

export type JsonPath = readonly PropertyKey[]

/** A parsed rule file that can say on which line a value stands. */
export interface Source {
  file: string
  value: unknown
  problem(path: JsonPath, message: string): RuleProblem
}

const DEEPEST = 64

/** How deep objects and lists are nested, strings left out; a parser that recurses must not be led deeper. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return deepest
}

/** Parses strict JSON. What is not JSON, and a key that stands twice in an object, is a problem. */
export function parseSource({ path: file, text }: RuleFile): { source: Source; problems: RuleProblem[] } {
  if (depthOf(text) > DEEPEST) {
    const problem: RuleProblem = { file, path: '', line: 1, message: `is nested more than ${DEEPEST} deep` }
    return { source: { file, value: undefined, problem: () => problem }, problems: [problem] }
  }
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  const problem = (path: JsonPath, message: string): RuleProblem => ({
    file,
    path: printPath(path),
    line: lineAt(offsetOf(tree, path)),
    message,
  })
  const first = errors[0]
  const broken = first && {
    file,
    path: '',
    line: lineAt(first.offset),
    message: `is not JSON: ${inWords(printParseErrorCode(first.error))}`,
  }
  return {
    source: { file, value: tree ? getNodeValue(tree) : undefined, problem },
    problems: broken
      ? [broken]
      : doubledKeys(tree).map(({ key, offset }) => ({
          file,
          path: key,
          line: lineAt(offset),
          message: 'stands twice',
        })),
  }
}

/** The place of the value, or of the nearest thing around it that exists. */
function offsetOf(tree: Node | undefined, path: JsonPath): number {
  for (let length = path.length; tree && length >= 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length).map(segment))
    if (node) return node.offset
  }
  return 0
}

const segment = (part: PropertyKey) => (typeof part === 'number' ? part : String(part))

const printPath = (path: JsonPath) =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i ? '.' : ''}${String(part)}`)).join('')

/** `CommaExpected` reads "comma expected". */
const inWords = (code: string) => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

function doubledKeys(node: Node | undefined): { key: string; offset: number }[] {
  const children = node?.children ?? []
  const keys = node?.type === 'object' ? children.map((property) => property.children![0]!) : []
  const doubled = keys.filter((key, index) => keys.findIndex((other) => other.value === key.value) < index)
  return [...doubled.map((key) => ({ key: String(key.value), offset: key.offset })), ...children.flatMap(doubledKeys)]
}
