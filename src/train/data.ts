import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** One labelled prompt or turn, from any of the three files of the data folder. */
export interface Row {
  text: string
  /** 1 = non-coding, 0 = coding */
  target: 0 | 1
  category: string
  lang: string
  from: 'train' | 'written' | 'session'
  /** what may not be split between folds: the repository, the pair or row, the session */
  group: string
  role: 'user' | 'tool'
  /** nobody could judge the turn without its session */
  needsContext: boolean
  genuine: boolean
  session?: string | undefined
  system?: string | undefined
  tools?: readonly string[] | undefined
  client?: string | undefined
}

type Raw = Record<string, unknown> & { text: string; label: string }

const FILES = { train: 'train.jsonl.gz', written: 'written/written.jsonl.gz', session: 'written/sessions.jsonl.gz' }

/** All rows below `folder`/data in the order of the files; session turns in the order in which they were played. */
export function loadRows(folder: string): Row[] {
  return (['train', 'written', 'session'] as const).flatMap((from) => {
    const path = join(folder, 'data', FILES[from])
    if (!existsSync(path)) throw new Error(`${path} is missing: set LANEKEEPER_SHARED to the folder that holds data/`)
    const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => rowOf(JSON.parse(line) as Raw, from))
  })
}

function rowOf(raw: Raw, from: Row['from']): Row {
  const text = (key: string) => (typeof raw[key] === 'string' ? raw[key] : undefined)
  return {
    text: raw.text,
    target: raw.label === 'non_coding' ? 1 : 0,
    category: text('category') ?? 'other',
    lang: text('lang') ?? 'en',
    from,
    group: groupOf(raw, from),
    role: raw.role === 'tool' ? 'tool' : 'user',
    needsContext: raw.needs_context === true,
    genuine: raw.kind === 'session_genuine',
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
