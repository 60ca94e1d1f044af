import { lowerBound } from '../bounds.ts'
import { catalogue, factNames, type RuleKind } from '../catalogue.ts'
import { leavesOf } from '../conditions.ts'
import {
  type DetectRule,
  type EnforceRule,
  languages,
  noticeKinds,
  ownCategories,
  type Policy,
  type RecoverRule,
  type Wording,
} from '../documents.ts'
import { enumerateLadder } from '../ladder.ts'
import { categoriesOf } from '../ruleSet.ts'
import { checkContradictions } from './contradictions.ts'
import { proveLadder } from './ladderProof.ts'
import { checkLeaves } from './leaves.ts'
import { nearest } from './nearest.ts'
import { placeholders } from './placeholders.ts'
import { holdsByTimeAlone, risesWithUnsure } from './polarity.ts'
import type { JsonPath, RuleProblem, Source } from './source.ts'

/** A document that has its shape, with the source that knows its lines. */
export interface Read<T> {
  source: Source
  document: T
}

export interface ReadDocuments {
  policy: Read<Policy>
  detect: Read<DetectRule>[]
  enforce: Read<EnforceRule>[]
  recover: Read<RecoverRule>[]
  notices: { [L in (typeof languages)[number]]: Read<Wording> }
}

/**
 * Every mistake that shows only when documents are seen together, or that a shape cannot express. What follows from all
 * rules of a kind is looked at once each of them is right by itself, so that one slip makes one report.
 */
export async function crossCheck(read: ReadDocuments): Promise<RuleProblem[]> {
  const categories = categoriesOf({ detect: read.detect.map(({ document }) => document) })
  const faulty = (kind: RuleKind) => read[kind].flatMap((rule) => ruleProblems(rule, kind, categories))
  const [inDetect, inEnforce, inRecover] = [faulty('detect'), faulty('enforce'), faulty('recover')]
  return [
    ...inDetect,
    ...inEnforce,
    ...inRecover,
    ...doubledNames(read),
    ...strangers(read),
    ...(inDetect.length === 0 ? [...distinctTexts(read), ...unsureCounts(read)] : []),
    ...versionedClients(read),
    ...(inRecover.length === 0 ? recovery(read) : []),
    ...(inEnforce.length === 0 ? await ladder(read, categories) : []),
    ...benefits(read),
    ...wording(read),
    ...unworded(read),
  ]
}

function ruleProblems(
  { source, document }: Read<DetectRule | EnforceRule | RecoverRule>,
  kind: RuleKind,
  categories: readonly string[],
): RuleProblem[] {
  const found = [...checkLeaves(document.conditions, kind, categories), ...checkContradictions(document.conditions)]
  return found.map(({ path, message }) => source.problem(['conditions', ...path], message))
}

/** A name tells one rule from all others, whatever their kind. */
function doubledNames(read: ReadDocuments): RuleProblem[] {
  const all = [...read.detect, ...read.enforce, ...read.recover]
  return all.flatMap(({ source, document }, index) => {
    const first = all.findIndex((other) => other.document.name === document.name)
    return first < index
      ? [source.problem(['name'], `"${document.name}" is the name of ${all[first]!.source.file} too`)]
      : []
  })
}

/** A slip in the name of a rule that another one is pardoned with would leave an account that was judged wrongly without its pardon. */
function strangers({ detect }: ReadDocuments): RuleProblem[] {
  const known = detect.map(({ document }) => document.name)
  return detect.flatMap(({ source, document }) =>
    (document.pardonedWith ?? []).flatMap((name, index) =>
      known.includes(name)
        ? []
        : [source.problem(['pardonedWith', index], `"${name}" is no detect rule${nearest(name, known)}`)],
    ),
  )
}

/** Promise 1: one prompt repeated by a stuck agent is one piece of evidence, so live rules ask for distinct texts. */
function distinctTexts({ detect, policy }: ReadDocuments): RuleProblem[] {
  const least = policy.document.evidence.minDistinctTexts
  const seen = (rule: DetectRule) =>
    Math.max(
      ...factNames('detect')
        .filter((fact) => fact.endsWith('.nonCodingDistinct'))
        .map((fact) => lowerBound(rule.conditions, fact)),
    )
  const weak = detect.filter(({ document }) => document.status === 'live' && seen(document) < least)
  return weak.map(({ source }) =>
    source.problem(
      ['conditions'],
      `a live rule must ask for at least ${least} distinct texts (policy.json evidence.minDistinctTexts), e.g. {"fact": "usage.1h.nonCodingDistinct", "operator": "greaterThanInclusive", "value": ${least}}`,
    ),
  )
}

/** Promise 1: what the classifier is unsure about never counts against an account. */
const unsureCounts = ({ detect }: ReadDocuments): RuleProblem[] =>
  detect
    .filter(({ document }) => document.status === 'live')
    .flatMap(({ source, document }) =>
      risesWithUnsure(document.conditions).map((path) =>
        source.problem(
          ['conditions', ...path],
          'counts what is unsure against the account: ask for non-coding requests or their share',
        ),
      ),
    )

/** A client is told by its product name; with a version no request would ever be its own. */
const versionedClients = ({ policy: { source, document } }: ReadDocuments): RuleProblem[] =>
  document.supportedClients.flatMap((client, index) =>
    /[/\s(]/.test(client)
      ? [source.problem(['supportedClients', index], `"${client}" is no product name: leave out its version`)]
      : [],
  )

/** Promise 4: no throttle is lifted before policy's floor, and time alone lifts every throttle at policy's ceiling. */
function recovery({ recover, policy }: ReadDocuments): RuleProblem[] {
  const { minMinutes, safetyNetDays } = policy.document.recovery
  const live = recover.filter(({ document }) => document.status === 'live')
  const early = live.filter(({ document }) => lowerBound(document.conditions, 'restriction.minutes') < minMinutes)
  const hasNet = live.some(({ document }) => holdsByTimeAlone(document.conditions, safetyNetDays * 1440))
  const net = `no live recover rule lifts a throttle by time alone within ${safetyNetDays} days`
  const asksForCoding = live.some(({ document }) => lowerBound(document.conditions, 'recovery.coding') > 0)
  const most = policy.document.recovery.lastRequests
  const impossible = live.filter(({ document }) =>
    ['recovery.coding', 'recovery.requests'].some((fact) => lowerBound(document.conditions, fact) > most),
  )
  return [
    ...early.map(({ source }) =>
      source.problem(
        ['conditions'],
        `lifts before policy.json recovery.minMinutes: ask for "restriction.minutes" of at least ${minMinutes}`,
      ),
    ),
    ...impossible.map(({ source }) =>
      source.problem(
        ['conditions'],
        `can never hold: it asks for more than the last ${most} requests (policy.json recovery.lastRequests)`,
      ),
    ),
    ...(asksForCoding
      ? []
      : [
          policy.source.problem(
            ['recovery'],
            'no live recover rule asks for "recovery.coding": coding again must end a throttle',
          ),
        ]),
    ...(hasNet
      ? []
      : [policy.source.problem(['recovery', 'safetyNetDays'], `${net}: add a rule that asks for no coding`)]),
  ]
}

/** Benefits that a restriction takes away exist in some plan. */
function benefits({ policy: { source, document } }: ReadDocuments): RuleProblem[] {
  const known = [...new Set(Object.values(document.plans).flatMap((terms) => Object.keys(terms.benefits)))]
  return (['throttle', 'suspension', 'ban'] as const).flatMap((kind) =>
    document.restrictions[kind].removes.flatMap((name, index) =>
      known.includes(name)
        ? []
        : [
            source.problem(
              ['restrictions', kind, 'removes', index],
              `"${name}" is a benefit of no plan (${known.join(', ')})${nearest(name, known)}`,
            ),
          ],
    ),
  )
}

/** Whatever can happen under these rules can be told, in every language, without a word left open. */
function wording({ notices, detect, recover }: ReadDocuments): RuleProblem[] {
  const live = [...detect, ...recover].filter(({ document }) => document.status === 'live')
  const read = live.flatMap(({ document }) => leavesOf(document.conditions).map(({ leaf }) => leaf.fact))
  const facts = new Set(read.filter((fact) => Object.hasOwn(catalogue, fact)))
  return languages.flatMap((language) => {
    const { source, document } = notices[language]
    const missing = (section: 'kinds' | 'categories' | 'facts', names: Iterable<string>) =>
      [...names]
        .filter((name) => !Object.hasOwn(document[section], name))
        .map((name) => source.problem([section], `has no wording for "${name}"`))
    return [
      ...missing('kinds', noticeKinds),
      ...missing('categories', ownCategories),
      ...missing('facts', facts),
      ...placeholders(document).map(({ path, message }) => source.problem(path as JsonPath, message)),
    ]
  })
}

/** Categories that a holder could not be told of: a slip in the rule, or in the wording. Each is told at the first rule that has it. */
function unworded({ detect, notices }: ReadDocuments): RuleProblem[] {
  const live = detect.filter(({ document }) => document.status === 'live')
  return live.flatMap(({ source, document }, index) => {
    const { category } = document.event.params
    const isFirst = live.findIndex((other) => other.document.event.params.category === category) === index
    const lacking = languages.filter((language) => !Object.hasOwn(notices[language].document.categories, category))
    if (!isFirst || lacking.length === 0) return []
    const files = lacking.map((language) => `notices/${language}.json`).join(' and ')
    const known = Object.keys(notices.en.document.categories)
    return [
      source.problem(
        ['event', 'params', 'category'],
        `"${category}" has no wording in ${files}${nearest(category, known)}`,
      ),
    ]
  })
}

async function ladder({ enforce, policy }: ReadDocuments, categories: readonly string[]): Promise<RuleProblem[]> {
  const faults = proveLadder(
    await enumerateLadder(
      enforce.map(({ document }) => document),
      categories,
      Object.keys(policy.document.plans),
    ),
  )
  return faults.map(({ rule, message }) => {
    const answering = enforce.find(({ document }) => document.name === rule)
    if (answering) return answering.source.problem(['event', 'params', 'kind'], message)
    return { ...policy.source.problem([], message), file: 'enforce/' }
  })
}
