/** What a rule may read, by flat dotted name. The only list of facts: schemas, checks and documentation come from it. */
export interface FactInfo {
  type: 'number' | 'string'
  unit: 'requests' | 'share' | 'texts' | 'tokens' | 'things' | 'minutes' | 'violations' | 'word'
  meaning: string
  /** The step of the path that makes it. */
  step: 'window' | 'decide' | 'pipeline'
  /** Which kind of rule may read it. */
  readers: readonly RuleKind[]
  min?: number
  max?: number
  integer?: boolean
  values?: readonly string[]
  /** Time alone moves it: minutes since the restriction began, or since the latest violation. */
  clock?: 'restriction' | 'violation'
}

export type RuleKind = 'detect' | 'enforce' | 'recover'
export type Facts = Readonly<Record<string, number | string>>

export const severities = ['minor', 'major', 'critical'] as const
export type Severity = (typeof severities)[number]

const detect = ['detect'] as const
const count = (unit: FactInfo['unit'], meaning: string, max = Number.MAX_SAFE_INTEGER): FactInfo => ({
  type: 'number',
  unit,
  meaning,
  step: 'window',
  readers: detect,
  min: 0,
  max,
  integer: true,
})
const share = (meaning: string): FactInfo => ({
  type: 'number',
  unit: 'share',
  meaning,
  step: 'window',
  readers: detect,
  min: 0,
  max: 1,
})

const counted = (window: string, over: string): Record<string, FactInfo> => ({
  [`usage.${window}.requests`]: count('requests', `requests that are evidence, over ${over}`),
  [`usage.${window}.coding`]: count('requests', `of these, labelled coding, over ${over}`),
  [`usage.${window}.nonCoding`]: count('requests', `of these, labelled non-coding, over ${over}`),
  [`usage.${window}.unsure`]: count('requests', `of these, labelled unsure, over ${over}`),
  [`usage.${window}.codingShare`]: share(`coding ÷ all requests, over ${over}`),
  [`usage.${window}.nonCodingShare`]: share(`non-coding ÷ all requests, unsure included, over ${over}`),
  [`usage.${window}.unsureShare`]: share(`unsure ÷ all requests, over ${over}`),
})

const recovery = (unit: FactInfo['unit'], meaning: string, rest: Partial<FactInfo>): FactInfo => ({
  type: 'number',
  unit,
  meaning,
  step: 'decide',
  readers: ['recover'],
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  ...rest,
})

/** The most labels that recovery looks back on; `policy.recovery.lastRequests` may ask for fewer. */
export const MOST_LABELS = 100

export const catalogue: Readonly<Record<string, FactInfo>> = {
  ...counted('1h', 'the last hour'),
  'usage.1h.nonCodingDistinct': count('texts', 'distinct non-coding texts, over the last hour', 64),
  'usage.1h.peakInFlight': count('requests', 'most concurrent requests, over the last hour'),
  ...counted('24h', 'the last 24 hours'),
  'usage.24h.nonCodingDistinct': count('texts', 'distinct non-coding texts, over the last 24 hours', 64),
  'usage.24h.peakInFlight': count('requests', 'most concurrent requests, over the last 24 hours'),
  'usage.24h.tokens': count('tokens', 'input and output tokens, over the last 24 hours'),
  'usage.24h.sessions': count('things', 'distinct sessions, over the last 24 hours', 32),
  'usage.24h.devices': count('things', 'distinct devices, over the last 24 hours', 16),
  'usage.24h.projects': count('things', 'distinct projects, over the last 24 hours', 16),
  'usage.24h.unsupportedClient': count(
    'requests',
    'requests from clients that policy does not list, over the last 24 hours',
  ),
  'usage.24h.unsupportedClientShare': share(
    'requests from clients that policy does not list ÷ all requests, over the last 24 hours',
  ),
  ...counted('7d', 'the last 7 days'),
  'usage.7d.tokens': count('tokens', 'input and output tokens, over the last 7 days'),
  'account.plan': {
    type: 'string',
    unit: 'word',
    meaning: 'the plan; for an enforce rule the one stored on the violation',
    step: 'pipeline',
    readers: ['detect', 'enforce'],
    values: ['lite', 'pro', 'max'],
  },
  'violations.active': {
    ...recovery('violations', 'active violations, the new one included', { min: 1, integer: true }),
    readers: ['enforce'],
  },
  'violation.severity': {
    type: 'string',
    unit: 'word',
    meaning: 'severity of the new violation',
    step: 'decide',
    readers: ['enforce'],
    values: severities,
  },
  'violation.category': {
    type: 'string',
    unit: 'word',
    meaning: 'category of the new violation',
    step: 'decide',
    readers: ['enforce'],
  },
  'recovery.requests': recovery(
    'requests',
    'of the last requests since the throttle began, those labelled coding or non-coding',
    {
      integer: true,
      max: MOST_LABELS,
    },
  ),
  'recovery.coding': recovery('requests', 'of these, labelled coding', { integer: true, max: MOST_LABELS }),
  'recovery.codingShare': recovery('share', 'coding ÷ these', { max: 1 }),
  'restriction.minutes': recovery('minutes', 'since the throttle began', { clock: 'restriction' }),
  'violation.minutes': recovery('minutes', 'since the latest violation', { clock: 'violation' }),
}

/** Names that a rule of this kind may read. */
export const factNames = (kind: RuleKind): string[] =>
  Object.keys(catalogue).filter((name) => catalogue[name]!.readers.includes(kind))
