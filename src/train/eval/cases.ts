import { existsSync, readFileSync } from 'node:fs'
import { packaged } from '../../config.ts'
import { type Row, rowsOf } from '../data.ts'

/** Written by hand to be judged; nothing is ever trained on it. */
const CASES = packaged('test/classify/cases.jsonl')

/** The hand-written cases: single rows, then the turns of whole sessions. A session is genuine if most of its turns are coding. */
export function loadCases(path = CASES): Row[] {
  if (!existsSync(path)) throw new Error(`${path} is missing`)
  const lines = readFileSync(path, 'utf8').split('\n')
  const isTurn = (line: string) => JSON.parse(line).session !== undefined
  const [turns, singles] = [true, false].map((wanted) =>
    lines.filter((line) => line !== '' && isTurn(line) === wanted).join('\n'),
  )
  const rows = [...rowsOf(singles!, 'written', true), ...rowsOf(turns!, 'session', true)]
  const sessions = Map.groupBy(rows, ({ session }) => session)
  return rows.map((row) => {
    const own = row.session === undefined ? [] : sessions.get(row.session)!
    const genuine = 2 * own.filter(({ target }) => target === 0).length > own.length
    return row.session === undefined ? row : { ...row, genuine }
  })
}
