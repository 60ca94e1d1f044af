import type { Wording } from '../documents.ts'
import type { LeafProblem } from './leaves.ts'
import { nearest } from './nearest.ts'

/** Words in braces that explain/ fills in, in sentences about a notice and in sentences about a fact. */
const inNotices = [
  'rule',
  'violationId',
  'violationAt',
  'severity',
  'category',
  'clause',
  'facts',
  'incidents',
  'firstIncident',
  'lastIncident',
  'at',
  'active',
  'concurrency',
  'requestsPerMinute',
  'restrictionId',
  'since',
  'until',
  'hours',
  'neededCoding',
  'neededShare',
  'neededMinutes',
  'lastRequests',
  'safetyNetDays',
  'doneCoding',
  'doneRequests',
  'recoveryRule',
  'recoveryFacts',
  'appealDays',
  'appealId',
  'decision',
]
const inFacts = ['actual', 'actualPercent', 'value', 'valuePercent']

/** Words in braces that nothing will fill in. */
export function placeholders(wording: Wording): LeafProblem[] {
  const notices = Object.entries(wording.kinds).flatMap(([kind, { title, text }]) => [
    ...unknown(title, inNotices, ['kinds', kind, 'title']),
    ...text.flatMap((line, index) => unknown(line, inNotices, ['kinds', kind, 'text', index])),
  ])
  return [
    ...notices,
    ...Object.entries(wording.facts).flatMap(([fact, line]) => unknown(line, inFacts, ['facts', fact])),
  ]
}

function unknown(line: string, known: readonly string[], path: (string | number)[]): LeafProblem[] {
  const rest = line.replace(/\{\w+\}/g, '')
  if (/[{}]/.test(rest)) return [{ path, message: 'has a brace that encloses no word' }]
  const names = [...line.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!)
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({ path, message: `{${name}} stands for nothing${nearest(name, known)}` }))
}
