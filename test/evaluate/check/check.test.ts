import { describe, expect, it, test } from 'vitest'
import { check } from '../../../src/evaluate/check/check.ts'
import { buildRuleSet } from '../../../src/evaluate/ruleSet.ts'
import { edited, rulesWith } from '../../support/rules.ts'

const HOURLY = 'detect/sustained-non-coding.json'
const DAILY = 'detect/drip-non-coding.json'
const FIRST = 'enforce/first-violation.json'
const SECOND = 'enforce/second-violation.json'
const THIRD = 'enforce/third-violation.json'
const RESUMED = 'recover/coding-resumed.json'
const QUIET = 'recover/quiet-week.json'
const POLICY = 'policy.json'
const ENGLISH = 'notices/en.json'

const MINUTES = { fact: 'restriction.minutes', operator: 'greaterThanInclusive', value: 10_080 }

type Change = (text: string) => string | undefined
const leaf = (index: number, change: object): Change =>
  edited(({ conditions }) => Object.assign(conditions.all[index], change))
const gone: Change = () => undefined

/** Every mistake as an author reads it, without the folder. */
async function mistakes(path: string, change: Change): Promise<string[]> {
  const { documents, problems } = await check(await rulesWith(path, change))
  expect(documents === undefined).toBe(problems.length > 0)
  return problems.map(({ file, line, path, message }) => `${file}:${line} ${path}: ${message}`)
}

describe('a mistake in a rules folder makes one report, with file, line, path and what to do', () => {
  const table: [mistake: string, path: string, change: Change, report: string | RegExp][] = [
    // Syntax
    ['a comma forgotten', HOURLY, (t) => t.replace('"live",', '"live"'), `${HOURLY}:6 : is not JSON: comma expected`],
    [
      'a comment',
      HOURLY,
      (t) => t.replace('"name"', '// why\n  "name"'),
      `${HOURLY}:3 : is not JSON: invalid comment token`,
    ],
    ['an empty file', HOURLY, () => '', `${HOURLY}:1 : is not JSON: value expected`],
    ['cut off', HOURLY, (t) => t.slice(0, 100), /:\d+ : is not JSON: /],
    ['a key twice', HOURLY, (t) => t.replace('"status"', '"name": "x",\n  "status"'), `${HOURLY}:5 name: stands twice`],
    ['a list', HOURLY, () => '[]', /:1 : invalid input: expected object, received array/],
    // Shape
    [
      'a key misspelt',
      HOURLY,
      (t) => t.replace('"status"', '"statsu"'),
      `${HOURLY}:5 statsu: is not a known key; did you mean "status"?`,
    ],
    ['a key too many', HOURLY, edited((rule) => Object.assign(rule, { owner: 'me' })), /owner: is not a known key$/],
    ['a key missing', HOURLY, edited((rule) => delete rule.severity), `${HOURLY}:1 severity: is missing`],
    [
      'a status misspelt',
      HOURLY,
      edited((rule) => Object.assign(rule, { status: 'lvie' })),
      /status: "lvie" is not one of live, shadow, off; did you mean "live"\?/,
    ],
    [
      'no such severity',
      HOURLY,
      edited((rule) => Object.assign(rule, { severity: 'hard' })),
      /:6 severity: "hard" is not one of minor, major, critical$/,
    ],
    [
      'an operator misspelt',
      HOURLY,
      leaf(0, { operator: 'greaterThn' }),
      /:11 conditions\.all\[0\]\.operator: .*; did you mean "greaterThan"\?/,
    ],
    [
      'an operator of another language',
      HOURLY,
      leaf(0, { operator: '>=' }),
      /operator: ">=" is not one of equal, .*greaterThanInclusive$/,
    ],
    [
      'all and any side by side',
      HOURLY,
      edited(({ conditions }) => Object.assign(conditions, { any: [] })),
      /conditions\.any: does not belong here/,
    ],
    [
      'no condition',
      HOURLY,
      edited(({ conditions }) => Object.assign(conditions, { all: [] })),
      /:8 conditions\.all: too small/,
    ],
    [
      'a condition without all, any or not',
      HOURLY,
      edited((rule) => Object.assign(rule, { conditions: rule.conditions.all[0] })),
      /conditions\.all: is missing/,
    ],
    [
      'a name with blanks',
      HOURLY,
      edited((rule) => Object.assign(rule, { name: 'Too much' })),
      /:3 name: must be lower-case words joined by hyphens/,
    ],
    [
      'a suspension of no length',
      SECOND,
      edited(({ event }) => delete event.params.hours),
      /event\.params\.hours: is missing/,
    ],
    [
      'no such restriction',
      FIRST,
      edited(({ event }) => Object.assign(event.params, { kind: 'slow' })),
      /event\.params\.kind: .*'throttle'/,
    ],
    [
      'a negative grace',
      POLICY,
      edited((policy) => Object.assign(policy, { noticeGraceMinutes: -1 })),
      /noticeGraceMinutes: too small/,
    ],
    // Folder
    ['a stray folder', 'detects/x.json', () => '{}', 'detects/x.json:1 : is read by nothing; did you mean "detect"?'],
    [
      'a stray file',
      'readme.json',
      () => '{}',
      /^readme\.json:1 : is read by nothing; known are policy\.json, detect, enforce/,
    ],
    [
      'a language too many',
      'notices/fr.json',
      () => '{}',
      /is read by nothing; wording stands in notices\/en\.json and notices\/zh\.json/,
    ],
    ['no policy', POLICY, gone, 'policy.json:1 : is missing'],
    ['no Chinese', 'notices/zh.json', gone, 'notices/zh.json:1 : is missing'],
    // Facts
    [
      'a fact misspelt',
      HOURLY,
      leaf(0, { fact: 'usage.1h.nonCodng' }),
      `${HOURLY}:10 conditions.all[0].fact: "usage.1h.nonCodng" is not a fact; did you mean "usage.1h.nonCoding"?`,
    ],
    [
      'a fact like nothing',
      HOURLY,
      leaf(0, { fact: 'zebra' }),
      /"zebra" is not a fact; schema\/detect-rule\.schema\.json lists them/,
    ],
    ['a fact that every object has', HOURLY, leaf(0, { fact: 'toString' }), /"toString" is not a fact/],
    [
      'a fact of another kind of rule',
      HOURLY,
      leaf(0, { fact: 'recovery.coding' }),
      /"recovery\.coding" can be read by recover rules only/,
    ],
    [
      'a word for a number',
      HOURLY,
      leaf(0, { value: '20' }),
      /:12 conditions\.all\[0\]\.value: "20" is a string, but "usage\.1h\.nonCoding" is a number/,
    ],
    [
      'a list for one value',
      HOURLY,
      leaf(0, { value: [20] }),
      /value: is a list, but "greaterThanInclusive" compares with one value/,
    ],
    ['one value for a list', HOURLY, leaf(0, { operator: 'in' }), /value: must be a list for "in"/],
    [
      'an order of words',
      HOURLY,
      leaf(0, { fact: 'account.plan', value: 'pro' }),
      /"greaterThanInclusive" compares numbers, but "account\.plan" is a word/,
    ],
    [
      'a plan misspelt',
      FIRST,
      edited(({ conditions }) => conditions.all.push({ fact: 'account.plan', operator: 'equal', value: 'prp' })),
      /"prp" is never the value of "account\.plan" \(lite, pro, max\); did you mean "pro"\?/,
    ],
    [
      'a category of no rule',
      FIRST,
      edited(({ conditions }) => conditions.all.push({ fact: 'violation.category', operator: 'equal', value: 'spam' })),
      /"spam" is never the value of "violation\.category"/,
    ],
    // Thresholds
    [
      'a share above 1',
      HOURLY,
      leaf(2, { value: 1.5 }),
      `${HOURLY}:22 conditions.all[2].value: never holds, choose another: "usage.1h.nonCodingShare" lies between 0 and 1`,
    ],
    [
      'more texts than are counted',
      HOURLY,
      leaf(1, { value: 65 }),
      /never holds, choose another: "usage\.1h\.nonCodingDistinct" lies between 0 and 64, in whole numbers/,
    ],
    ['half a request', HOURLY, leaf(0, { operator: 'equal', value: 20.5 }), /never holds/],
    [
      'at least nothing',
      HOURLY,
      leaf(0, { value: 0 }),
      /always holds, choose another: "usage\.1h\.nonCoding" is 0 or more, in whole numbers/,
    ],
    [
      'conditions that exclude each other',
      HOURLY,
      edited(({ conditions }) => conditions.all.push({ fact: 'usage.1h.nonCoding', operator: 'lessThan', value: 20 })),
      `${HOURLY}:8 conditions.all: can never hold: its conditions on "usage.1h.nonCoding" exclude each other`,
    ],
    // Promises
    [
      'a live rule without distinct texts',
      HOURLY,
      edited(({ conditions }) => conditions.all.splice(1, 1)),
      /^\S+:7 conditions: a live rule must ask for at least 10 distinct texts/,
    ],
    [
      'distinct texts as one of two ways',
      HOURLY,
      edited(({ conditions }) =>
        conditions.all.splice(1, 1, {
          any: [conditions.all[1], { fact: 'usage.1h.requests', operator: 'greaterThan', value: 5 }],
        }),
      ),
      /must ask for at least 10 distinct texts/,
    ],
    [
      'a ban at two',
      SECOND,
      edited(({ event }) => Object.assign(event, { params: { kind: 'ban' } })),
      /^enforce\/second-violation\.json:\d+ event\.params\.kind: breaks the ladder: fewer than three violations must not be a ban; let it .* \(2 active violations, /,
    ],
    [
      'no ban at three',
      THIRD,
      edited(({ event }) => Object.assign(event, { params: { kind: 'suspension', hours: 48 } })),
      /three or more violations must be a ban, not a suspension; let it .* \(3 active violations, /,
    ],
    [
      'a ban for one plan only',
      THIRD,
      edited(({ conditions }) => conditions.all.push({ fact: 'account.plan', operator: 'notEqual', value: 'max' })),
      /a violation has no answer; add an enforce rule that reads so many \(3 active violations, minor, \w+, max and 35 more cases\)/,
    ],
    ['no answer to the second', SECOND, gone, /a violation has no answer; .* \(2 active violations, /],
    [
      'the third switched off',
      THIRD,
      edited((rule) => Object.assign(rule, { status: 'off' })),
      /a violation has no answer; .* \(3 active violations, /,
    ],
    [
      'a ladder that goes down',
      FIRST,
      edited(({ event }) => Object.assign(event, { params: { kind: 'suspension', hours: 48 } })),
      /a suspension is milder than the answer to one violation less \(2 active violations, /,
    ],
    [
      'no safety net',
      QUIET,
      gone,
      /^policy\.json:31 recovery\.safetyNetDays: no live recover rule lifts a throttle by time alone within 7 days/,
    ],
    ...[
      [{ fact: 'restriction.minutes', operator: 'equal', value: 10_080 }],
      [MINUTES, { fact: 'recovery.requests', operator: 'equal', value: 0 }],
      [MINUTES, { fact: 'recovery.codingShare', operator: 'lessThan', value: 0.5 }],
      [MINUTES, { fact: 'violation.minutes', operator: 'lessThanInclusive', value: 10_080 }],
    ].map((all, index): [string, string, Change, RegExp] => [
      `a safety net with a hole (${index})`,
      QUIET,
      edited((rule) => Object.assign(rule, { conditions: { all } })),
      /no live recover rule lifts a throttle by time alone|can never hold/,
    ]),
    ...[
      { fact: 'usage.1h.unsureShare', operator: 'greaterThanInclusive', value: 0.5 },
      { fact: 'usage.1h.unsure', operator: 'greaterThan', value: 50 },
      { fact: 'usage.1h.codingShare', operator: 'lessThan', value: 0.1 },
      { not: { fact: 'usage.1h.coding', operator: 'greaterThan', value: 5 } },
    ].map((one, index): [string, string, Change, RegExp] => [
      `unsure held against the account (${index})`,
      HOURLY,
      edited(({ conditions }) => Object.assign(conditions.all, { 2: one })),
      /conditions\.all\[2\](\.not)?: counts what is unsure against the account/,
    ]),
    [
      'more coding than is looked at',
      RESUMED,
      leaf(0, { value: 30 }),
      /can never hold: it asks for more than the last 25 requests/,
    ],
    [
      'no rule that asks for coding',
      RESUMED,
      leaf(0, { fact: 'recovery.requests' }),
      /no live recover rule asks for "recovery.coding"/,
    ],
    [
      'a suspension of no time',
      SECOND,
      edited(({ event }) => Object.assign(event.params, { hours: 1e-7 })),
      /event\.params\.hours: too small/,
    ],
    [
      'a client with its version',
      POLICY,
      edited(({ supportedClients }) => supportedClients.push('zed/1.0')),
      /supportedClients\[\d+\]: "zed\/1\.0" is no product name/,
    ],
    [
      'an endless lease',
      POLICY,
      edited(({ appeals }) => Object.assign(appeals, { leaseMinutes: 1e12 })),
      /appeals\.leaseMinutes: too big/,
    ],
    [
      'a brace left open',
      ENGLISH,
      edited(({ kinds }) => Object.assign(kinds.throttle, { title: 'By {rule' })),
      /kinds\.throttle\.title: has a brace that encloses no word/,
    ],
    ['a file too deep', HOURLY, () => `${'['.repeat(100_000)}`, `${HOURLY}:1 : is nested more than 64 deep`],
    ['a safety net too late', QUIET, leaf(0, { value: 10081 }), /no live recover rule/],
    [
      'a lift before the floor',
      RESUMED,
      leaf(2, { value: 29 }),
      `${RESUMED}:6 conditions: lifts before policy.json recovery.minMinutes: ask for "restriction.minutes" of at least 30`,
    ],
    [
      'a lift at any time',
      RESUMED,
      edited(({ conditions }) => conditions.all.pop()),
      /conditions: lifts before policy\.json recovery\.minMinutes/,
    ],
    // What belongs together
    [
      'a name twice',
      DAILY,
      edited((rule) => Object.assign(rule, { name: 'sustained-non-coding' })),
      `${HOURLY}:3 name: "sustained-non-coding" is the name of ${DAILY} too`,
    ],
    [
      'a name twice among kinds',
      DAILY,
      edited((rule) => Object.assign(rule, { name: 'quiet-week' })),
      `${QUIET}:3 name: "quiet-week" is the name of ${DAILY} too`,
    ],
    [
      'a pardon with no rule',
      'detect/mixed-non-coding.json',
      edited((rule) => Object.assign(rule, { pardonedWith: ['sustained-noncoding'] })),
      'detect/mixed-non-coding.json:8 pardonedWith[0]: "sustained-noncoding" is no detect rule; did you mean "sustained-non-coding"?',
    ],
    [
      'a benefit of no plan',
      POLICY,
      edited(({ restrictions }) => Object.assign(restrictions.throttle, { removes: ['priorty'] })),
      /restrictions\.throttle\.removes\[0\]: "priorty" is a benefit of no plan \(priority, peakHours\); did you mean "priority"\?/,
    ],
    [
      'no wording for a category',
      ENGLISH,
      edited(({ categories }) => delete categories.non_coding_use),
      /^detect\/drip-non-coding\.json:\d+ event\.params\.category: "non_coding_use" has no wording in notices\/en\.json/,
    ],
    [
      'no wording for a notice',
      ENGLISH,
      edited(({ kinds }) => delete kinds.throttle),
      'notices/en.json:3 kinds.throttle: is missing',
    ],
    [
      'no wording for a fact',
      ENGLISH,
      edited(({ facts }) => delete facts['usage.1h.nonCoding']),
      /facts: has no wording for "usage\.1h\.nonCoding"/,
    ],
    [
      'a placeholder misspelt',
      ENGLISH,
      (t) => t.replace('{incidents}', '{incidnts}'),
      /^notices\/en\.json:8 kinds\.throttle\.text\[1\]: \{incidnts\} stands for nothing; did you mean "incidents"\?/,
    ],
    [
      'a placeholder of elsewhere',
      ENGLISH,
      edited(({ facts }) => Object.assign(facts, { 'account.plan': '{at}' })),
      /facts\.account\.plan: \{at\} stands for nothing/,
    ],
  ]

  test.each(table)('%s', async (_mistake, path, change, report) => {
    const found = await mistakes(path, change)
    expect(found).toHaveLength(1)
    if (typeof report === 'string') expect(found[0]).toBe(report)
    else expect(found[0]).toMatch(report)
  })
})

describe('mistakes', () => {
  it('are all told at once, by file and line', async () => {
    const files = await rulesWith(
      HOURLY,
      edited((rule) => Object.assign(rule, { severity: 'hard', status: 'lvie', who: 1, why: 2 })),
    )
    const spoilt = files.map((file) => (file.path === DAILY ? { ...file, text: '{' } : file))
    const { problems } = await check(spoilt)
    expect(problems.map(({ file, path }) => `${file} ${path}`)).toEqual([
      `${DAILY} `,
      `${HOURLY} status`,
      `${HOURLY} severity`,
      `${HOURLY} who`,
      `${HOURLY} why`,
    ])
  })

  it('in a rule that is off are told too', async () => {
    const off = edited((rule) => {
      rule.status = 'off'
      rule.conditions.all[0].fact = 'zebra'
    })
    expect(await mistakes(HOURLY, off)).toHaveLength(1)
  })
})

describe('what is no mistake', () => {
  const fine: [change: string, path: string, change_: Change][] = [
    ['the default rules', 'cases/none.json', gone],
    ['a case, which is no part of the rule set', 'cases/x.json', () => '[]'],
    ['another number of distinct texts above the floor', HOURLY, leaf(1, { value: 11 })],
    [
      'a shadow rule that asks for no distinct texts',
      HOURLY,
      edited((rule) => {
        rule.status = 'shadow'
        rule.conditions.all.splice(1, 1)
      }),
    ],
    ['a longer suspension', SECOND, edited(({ event }) => Object.assign(event.params, { hours: 72 }))],
    [
      'a second violation that is only throttled',
      SECOND,
      edited(({ event }) => Object.assign(event, { params: { kind: 'throttle' } })),
    ],
    [
      'a safety net of a day',
      QUIET,
      edited(({ conditions }) =>
        conditions.all.splice(0, 2, { fact: 'restriction.minutes', operator: 'greaterThanInclusive', value: 1440 }),
      ),
    ],
  ]
  test.each(fine)('%s', async (_what, path, change) => {
    expect(await mistakes(path, change)).toEqual([])
  })

  it('a description that changes leaves the version as it is, a threshold does not', async () => {
    const version = async (change: Change) =>
      (await buildRuleSet((await check(await rulesWith(HOURLY, change))).documents!)).version
    const now = await version((text) => text)
    expect(await version(edited((rule) => Object.assign(rule, { description: 'Other words.' })))).toBe(now)
    expect(await version(leaf(0, { value: 21 }))).not.toBe(now)
  })
})
