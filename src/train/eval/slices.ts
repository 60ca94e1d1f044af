import type { Row } from '../data.ts'
import type { Judged } from './judge.ts'
import { type Slice, slice } from './slice.ts'

type Test = (one: Judged) => boolean

/** `mixed` is Chinese mixed with English. */
const languageOf = ({ lang }: Row) => (['en', 'zh', 'mixed'].includes(lang) ? lang : 'other')
const language =
  (lang: string): Test =>
  ({ row }) =>
    languageOf(row) === lang
const role =
  (wanted: Row['role']): Test =>
  ({ row }) =>
    row.role === wanted
const turns =
  (from: number, to: number): Test =>
  ({ turn }) =>
    turn >= from && turn <= to
const changed =
  (from: number, to: number): Test =>
  ({ sinceChange }) =>
    sinceChange >= from && sinceChange <= to

/** Parts of every set of rows. */
const parts: readonly [string, Test][] = [
  ['en', language('en')],
  ['zh', language('zh')],
  ['mixed', language('mixed')],
  ['other', language('other')],
  ['user', role('user')],
  ['tool results', role('tool')],
]

/** Parts of the turns of whole sessions besides. */
const turnParts: readonly [string, Test][] = [
  ['that need context', ({ row }) => row.needsContext],
  ['1 to 3', turns(1, 3)],
  ['4 to 10', turns(4, 10)],
  ['11 and later', turns(11, Number.POSITIVE_INFINITY)],
  ['first after a change of subject', changed(1, 1)],
  ['second and third after a change', changed(2, 3)],
  ['fourth to eighth after a change', changed(4, 8)],
]

/** Measures a set of rows as a whole and by its parts; parts that are nobody or everybody are left out. */
export function slicesOf(name: string, judged: readonly Judged[]): Slice[] {
  if (judged.length === 0) return []
  const isOfSessions = judged[0]!.row.from === 'session'
  const alone = isOfSessions ? [slice(`${name}, by text alone`, judged, (one) => one.alone)] : []
  const further = (isOfSessions ? [...parts, ...turnParts] : parts).flatMap(([part, test]) => {
    const some = judged.filter(test)
    return some.length === 0 || some.length === judged.length ? [] : [slice(`${name}, ${part}`, some)]
  })
  return [slice(name, judged), ...alone, ...further]
}
