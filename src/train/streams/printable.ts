import { type Column, percent, table } from '../eval/report.ts'
import { type PersonaReport, type Played, tally } from './tally.ts'

const number = (value: number, digits: number) => (Number.isNaN(value) ? '-' : value.toFixed(digits))

const columns: Column<PersonaReport>[] = [
  ['persona', ({ persona }) => persona],
  ['accounts', ({ accounts }) => String(accounts)],
  ['with a violation', ({ violated }) => String(violated)],
  ['restricted', ({ restricted }) => String(restricted)],
  ['banned', ({ banned }) => String(banned)],
  ['as expected', ({ accounts, asExpected }) => (asExpected === undefined ? '-' : percent(asExpected / accounts))],
  ['requests until then', ({ medianRequests }) => number(medianRequests, 0)],
  ['hours until then', ({ medianHours }) => number(medianHours, 1)],
  ['found', ({ found }) => percent(found, 0)],
]

/** A rule, and the persona of the genuine account that came nearest to it. */
interface Nearest {
  rule: string
  persona: string
  share: number
}

const nearestColumns: Column<Nearest>[] = [
  ['rule', ({ rule }) => rule],
  ['nearest genuine account', ({ persona }) => persona],
  ['how near', ({ share }) => percent(share, 0)],
]

/** What became of the accounts of a stream, persona by persona, and how near a genuine one came to each rule. */
export function printableStream(name: string, played: readonly Played[]): string {
  const reports = tally(played)
  return `### ${name}\n\n${table(columns, reports)}\n\n${table(nearestColumns, nearestOf(reports))}`
}

function nearestOf(reports: readonly PersonaReport[]): Nearest[] {
  const all = reports.flatMap(({ persona, nearest = {} }) =>
    Object.entries(nearest).map(([rule, share]) => ({ rule, persona, share })),
  )
  const byRule = Map.groupBy(all, ({ rule }) => rule)
  const ofEach = [...byRule.values()].map((own) => own.reduce((a, b) => (b.share > a.share ? b : a)))
  return ofEach.sort((a, b) => b.share - a.share)
}
