import type { Label } from '../../../src/classify/label.ts'
import type { Row } from '../../../src/train/data.ts'
import type { Judged } from '../../../src/train/eval/judge.ts'

/** A row that was judged, told by what matters to a test. */
export function judgedRow(
  {
    label,
    nonCoding = label === 'non_coding' ? 0.95 : 0.05,
    ...row
  }: Partial<Row> & { label: Label; nonCoding?: number },
  place: Partial<Pick<Judged, 'turn' | 'sinceChange'>> = {},
): Judged {
  const verdict = { nonCoding, label }
  const whole: Row = {
    ...{ text: 'text', target: 0, category: 'debugging', lang: 'en', kind: '', from: 'written', group: 'g' },
    ...{ role: 'user', needsContext: false, genuine: false, own: false },
    ...row,
  }
  return { row: whole, alone: verdict, verdict, turn: 0, sinceChange: 0, ...place }
}
