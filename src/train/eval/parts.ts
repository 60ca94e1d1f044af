import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readModel } from '../../classify/model.ts'
import { packaged, shared } from '../../config.ts'
import { defaultRules } from '../streams/defaultRules.ts'
import { isAsExpected } from '../streams/expectation.ts'
import { frontierPoint, printableFrontier, thresholdsFor } from '../streams/frontier.ts'
import { printableStream } from '../streams/printable.ts'
import { playCrowd } from '../streams/simulated.ts'
import { type Played, tally } from '../streams/tally.ts'
import { playWeek } from '../streams/weeks.ts'
import { loadCases } from './cases.ts'
import { evaluate, evaluateCases } from './evaluate.ts'
import { type Judged, judge } from './judge.ts'
import type { Options, Part } from './options.ts'
import { printable } from './report.ts'
import type { Setting } from './setting.ts'

/** What a part has found: as an object, as tables, and what was misjudged. */
export interface Found {
  report: unknown
  text: string
  misses: object[]
}

type Evaluate = (options: Options, setting: () => Setting, say: (line: string) => void) => Found | Promise<Found>

const WEEKS = ['week-a', 'week-b']

/** How each part is evaluated. */
export const evaluations: Record<Part, Evaluate> = {
  data(_options, setting) {
    const { rows, folds, models } = setting()
    const judged = judge(rows, (i) => models[folds[i]!]!)
    const report = evaluate(judged)
    return { report, text: printable(report), misses: wrong(judged) }
  },
  cases() {
    const shipped = readModel(readFileSync(packaged('src/classify/weights.bin')))
    const judged = judge(loadCases(), () => shipped)
    const report = evaluateCases(judged)
    return { report, text: printable(report), misses: wrong(judged) }
  },
  async weeks(_options, setting, say) {
    const rules = await defaultRules()
    const streams = await inTurn(WEEKS, say, (week) => playWeek(weekFolder(week), setting(), rules))
    return onStreams(streams)
  },
  async crowds(options, setting, say) {
    const rules = await defaultRules()
    const streams = await inTurn(seedsOf(options), say, (seed) => playCrowd(seed, options, setting(), rules))
    return onStreams(streams.map(([seed, played]) => [`crowd ${seed}`, played]))
  },
  async frontier(options, setting, say) {
    const rules = await defaultRules()
    const points = await inTurn(thresholdsFor(setting()), say, async ({ rate, threshold, models }) => {
      const changed = { ...setting(), models }
      const week = await playWeek(weekFolder('week-b'), changed, rules)
      return frontierPoint(rate, threshold, [...week, ...(await playCrowd(1, options, changed, rules))])
    })
    const report = points.map(([, point]) => point)
    return { report, text: printableFrontier(report), misses: [] }
  },
}

const weekFolder = (week: string) => join(shared(), 'streams', week)
const seedsOf = ({ seeds }: Options) => Array.from({ length: seeds }, (_, i) => i + 1)

/** Does one after the other, and says so: each takes its time. */
async function inTurn<T, R>(
  items: readonly T[],
  say: (line: string) => void,
  each: (item: T) => Promise<R>,
): Promise<[T, R][]> {
  const done: [T, R][] = []
  for (const item of items) {
    done.push([item, await each(item)])
    say(`${done.length} of ${items.length} played`)
  }
  return done
}

/** Streams one by one, and their accounts together. */
function onStreams(streams: readonly [name: string, played: Played[]][]): Found {
  const all = [streams.map(([name]) => name).join(', '), streams.flatMap(([, played]) => played)] as const
  return {
    report: Object.fromEntries(streams.map(([name, played]) => [name, tally(played)])),
    text: [...streams, all].map(([name, played]) => printableStream(name, played)).join('\n\n'),
    misses: streams.flatMap(([stream, played]) =>
      played.flatMap((one) => (isAsExpected(one.persona, one.fate) === false ? [{ stream, ...one }] : [])),
    ),
  }
}

const wrong = (judged: readonly Judged[]) =>
  judged.filter(({ row, verdict }) => verdict.label !== (row.target === 1 ? 'non_coding' : 'coding'))
