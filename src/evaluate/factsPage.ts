import { catalogue, type FactInfo, MOST_LABELS } from './catalogue.ts'

/** The facts catalogue as a page of documentation (Markdown). */
export function factsPage(): string {
  const rows = Object.entries(catalogue).map(
    ([name, info]) => `| \`${name}\` | ${info.readers.join(', ')} | ${values(info)} | ${info.meaning} | ${info.step} |`,
  )
  return [
    '# Facts',
    '',
    'What a rule may read. Generated from the catalogue in code by `npm run generate`; do not edit.',
    '',
    "Windows end at the account's time, the greatest event time it has seen, and begin at the start of a bucket (5 minutes,",
    '1 hour, 12 hours), so that nothing older than the window ever counts. After a violation all of them start from zero.',
    `Recovery looks back on the last \`recovery.lastRequests\` labelled requests of \`policy.json\`, at most ${MOST_LABELS}.`,
    '',
    '| fact | rules that may read it | values | meaning | made by |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function values({ type, min, max, integer, values: words, unit }: FactInfo): string {
  if (type === 'string') return words?.map((word) => `\`${word}\``).join(' ') ?? 'a category of a detect rule'
  if (unit === 'share') return 'a share, 0 to 1'
  const upTo = max === Number.MAX_SAFE_INTEGER ? 'up' : `${max}`
  return `${integer ? 'whole ' : ''}${unit}, ${min} ${upTo === 'up' ? 'and up' : `to ${upTo}, where counting stops`}`
}
