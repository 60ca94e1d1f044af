import { existsSync, readFileSync } from 'node:fs'
import { packaged } from '../../config.ts'
import { type Row, rowsOf } from '../data.ts'

/** Written by hand to be judged; nothing is ever trained on it. */
const CASES = packaged('test/classify/cases.jsonl')

/** The hand-written cases: single rows, then the turns of whole sessions. */
export function loadCases(path = CASES): Row[] {
  if (!existsSync(path)) throw new Error(`${path} is missing`)
  const lines = readFileSync(path, 'utf8').split('\n')
  const some = (isTurn: boolean) =>
    lines.filter((line) => line !== '' && (JSON.parse(line).session !== undefined) === isTurn).join('\n')
  return [...rowsOf(some(false), 'written', true), ...rowsOf(some(true), 'session', true)]
}
