import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** One labelled prompt or turn, from any of the three files of the data folder. */
export interface Row {
  text: string
  /** 1 = non-coding, 0 = coding */
  target: 0 | 1
  category: string
  lang: string
  /** what somebody wrote it for, where it was written for the purpose */
  kind: string
  from: 'train' | 'written' | 'session'
  /** what may not be split between folds: the repository, the pair or row, the session */
  group: string
  role: 'user' | 'tool'
  /** nobody could judge the turn without its session */
  needsContext: boolean
  genuine: boolean
  /** of the rows that come along with the sources, not of the shared folder */
  own: boolean
  session?: string | undefined
  system?: string | undefined
  tools?: readonly string[] | undefined
  client?: string | undefined
}

type Raw = Record<string, unknown> & { text: string; label: string }

const FILES = { train: 'train.jsonl.gz', written: 'written/written.jsonl.gz', session: 'written/sessions.jsonl.gz' }

/** What was written for this project beside the shared files. */
export const OWN = fileURLToPath(new URL('data', import.meta.url))
const OWN_FILES = {
  train: [],
  written: ['rows-en.jsonl', 'rows-zh.jsonl', 'rows-other.jsonl', 'wrapped-en.jsonl', 'wrapped-zh.jsonl'],
  session: ['sessions-en.jsonl', 'sessions-zh.jsonl', 'sessions-other.jsonl'],
}

/** What coding tools send by themselves and for their users, which no rule and no model may take for anything else. */
const CANARY = fileURLToPath(new URL('../../rules/canary', import.meta.url))

/**
 * All rows below `folder`/data, and where the folder `ours` is given those of it and of the canary, in the order of the files; session
 * turns in the order in which they were played.
 */
export function loadRows(folder: string, ours?: string): Row[] {
  return (['train', 'written', 'session'] as const).flatMap((from) => {
    const path = join(folder, 'data', FILES[from])
    if (!existsSync(path)) throw new Error(`${path} is missing: set LANEKEEPER_SHARED to the folder that holds data/`)
    const own = ours === undefined ? [] : OWN_FILES[from].map((name) => readFileSync(join(ours, name), 'utf8'))
    return [
      ...rowsOf(gunzipSync(readFileSync(path)).toString('utf8'), from, false),
      ...rowsOf(own.join(''), from, true),
      ...(ours === undefined ? [] : canaryRows(from)),
    ]
  })
}

/** The kind of rows that are of the canary. */
export const CANARY_KIND = 'canary'
/** So short a message can be anybody's without its session. */
const SHORT = 40

function canaryRows(from: Row['from']): Row[] {
  const lines = readdirSync(CANARY)
    .sort()
    .flatMap((name) => linesOf(readFileSync(join(CANARY, name), 'utf8')))
  return lines.flatMap((raw) => {
    const session = raw.sessionId as string | undefined
    if (from !== (session === undefined ? 'written' : 'session')) return []
    const lang = /\p{Script=Han}/u.test(raw.text) ? 'zh' : 'en'
    const short = raw.role !== 'tool' && raw.text.length < SHORT
    const marks = { session, lang, label: 'coding', kind: CANARY_KIND, needs_context: short && session !== undefined }
    return [{ ...rowOf({ ...raw, ...marks }, from, true), genuine: true }]
  })
}

/** Rows of JSON lines. */
export const rowsOf = (text: string, from: Row['from'], own: boolean): Row[] =>
  linesOf(text).map((raw) => rowOf(raw, from, own))

const linesOf = (text: string): Raw[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

function rowOf(raw: Raw, from: Row['from'], own: boolean): Row {
  const text = (key: string) => (typeof raw[key] === 'string' ? raw[key] : undefined)
  return {
    text: raw.text,
    target: raw.label === 'non_coding' ? 1 : 0,
    category: text('category') ?? 'other',
    lang: text('lang') ?? 'en',
    kind: text('kind') ?? '',
    from,
    group: groupOf(raw, from),
    role: raw.role === 'tool' ? 'tool' : 'user',
    needsContext: raw.needs_context === true,
    genuine: raw.kind === 'session_genuine' || raw.kind === 'genuine',
    own,
    session: text('session'),
    system: text('system'),
    tools: Array.isArray(raw.tools) ? (raw.tools as string[]) : undefined,
    client: text('client'),
  }
}

function groupOf(raw: Raw, from: Row['from']): string {
  if (from === 'session') return String(raw.session)
  if (from === 'written') return String(raw.pair ?? raw.id)
  const source = String(raw.source) // `repository@commit:path`, or `own:synth.py (wrapper) + repository`
  return (source.split(' + ')[1] ?? source).split('@')[0]!
}
