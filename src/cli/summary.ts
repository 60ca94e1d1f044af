import type { Refusal } from '../decode/decode.ts'
import type { Counts } from '../replay/counts.ts'

export interface Ran {
  name: string
  lines: number
  seconds: number
  accounts: number
  counts: Counts
  /** For JSON only; a person has been told as they came. */
  broken: { line: number; refusal: Refusal }[]
}

/** What a replay came to, for a person or as one line of JSON. */
export function summaryOf(ran: Ran, json: boolean): string {
  const { name, lines, seconds, accounts, counts, broken } = ran
  const eventsPerSecond = Math.round(lines / seconds)
  if (json)
    return JSON.stringify({
      name,
      lines,
      accounts,
      ...counts,
      broken: broken.map(({ line, refusal }) => ({ line, ...refusal })),
      eventsPerSecond,
    })
  const { outcomes, labels } = counts
  return [
    `${number(lines)} lines, ${number(accounts)} accounts, ${number(eventsPerSecond)} events/s`,
    `  requests     ${listed({ 'as evidence': outcomes.evidence, metered: outcomes.metered, duplicate: outcomes.duplicate, 'too late': outcomes.late, 'beyond 4,096 ids': outcomes.overflow, 'broken lines': counts.broken })}`,
    `  labels       ${listed({ coding: labels.coding, 'non-coding': labels.non_coding, unsure: labels.unsure })}`,
    `  violations   ${number(counts.entries.ViolationRecorded ?? 0)}`,
    `  restrictions ${listed({ throttle: counts.imposed.throttle ?? 0, suspension: counts.imposed.suspension ?? 0, ban: counts.imposed.ban ?? 0, 'eased to probation': counts.entries.RestrictionEased ?? 0, lifted: counts.entries.RestrictionLifted ?? 0 })}`,
    ...(Object.keys(counts.shadow).length > 0 ? [`  in shadow    ${listed(counts.shadow)}`] : []),
  ].join('\n')
}

/** `events.jsonl:12 plan is not one of lite, pro, max` */
export const brokenLine = (name: string, line: number, { path, reason }: Refusal): string =>
  `${name}:${line} ${path ? `${path} ` : ''}${reason}`

const number = (value: number) => value.toLocaleString('en')
const listed = (values: Record<string, number>) =>
  Object.entries(values)
    .map(([name, value]) => `${number(value)} ${name}`)
    .join(', ')
