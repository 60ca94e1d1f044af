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

/** What became of the accounts of a stream, persona by persona. */
export const printableStream = (name: string, played: readonly Played[]): string =>
  `### ${name}\n\n${table(columns, tally(played))}`
