import type { Db } from '../../db.ts'
import type { Wording } from '../../evaluate/documents.ts'
import { demoDay } from '../../simulate/demoDay.ts'
import { decisionReader } from '../decisions.ts'
import type { Service } from '../service.ts'
import type { DemoKafka } from './kafka.ts'
import { makeKeys } from './keys.ts'
import type { DemoOptions } from './options.ts'
import { pacer } from './pace.ts'
import { type Cast, castOf, play, STRETCH } from './play.ts'
import { demoEnding } from './screen/ending.ts'
import { asLedger, asLines, type DemoOutput, onTerminal, type Told } from './screen/output.ts'
import { toTry } from './screen/toTry.ts'
import { DemoTraffic } from './screen/traffic.ts'

const HOUR = 3_600_000
const SPAN = demoDay.hours * HOUR
/** How long it takes at speed 1. */
const REAL_MS = 40_000
const WIDEST = 100

/** What the demo is performed with. */
export interface Stage extends Omit<DemoOptions, 'demo' | 'rules' | 'kafka'> {
  home: string
  /** Whether DATABASE_URL is set. */
  isElsewhere: boolean
  db: Db
  service: Service
  /** Left out, the gateway reports over HTTP. */
  kafka?: DemoKafka | undefined
  wording: Wording
  /** Once it aborts the demo is over. */
  signal: AbortSignal
}

/** Shows the day and a half and, unless that is all, what comes after it. */
export async function perform(stage: Stage): Promise<void> {
  const { service, db, once } = stage
  const keys = await makeKeys(db)
  const over = new AbortController()
  const cast = castOf(service, keys, AbortSignal.any([stage.signal, over.signal]), stage.kafka)
  const output = outputOf(stage, cast)
  const decisionOf = decisionReader(stage.wording)
  const { address } = service
  const told: Told = {
    address,
    at: demoDay.start,
    progress: 0,
    traffic: new DemoTraffic(HOUR / STRETCH),
    decisions: [],
  }
  try {
    output.begin(`Lanekeeper listens on ${address}`)
    await show(stage, cast, told, decisionOf, output)
    await output.end(await lastWord(stage, cast, told, keys.admin))
    if (!once) await goOn(cast, decisionOf, output)
  } finally {
    over.abort()
    output.close()
  }
}

function outputOf({ json }: Stage, { records }: Cast): DemoOutput {
  if (json) return asLedger()
  return hasScreen(process.stdout) ? onTerminal(records) : asLines()
}

/** Whether it is a terminal with room for the view; some do not even know their size. */
const hasScreen = ({ isTTY, columns, rows }: NodeJS.WriteStream) => isTTY && columns >= 60 && rows >= 16

type DecisionOf = ReturnType<typeof decisionReader>

/** Shows stretch by stretch until all have gone by. */
async function show(
  { seed, json, speed = !json && hasScreen(process.stdout) ? 1 : 0, signal }: Stage,
  cast: Cast,
  told: Told,
  decisionOf: DecisionOf,
  output: DemoOutput,
): Promise<void> {
  const pace = pacer((SPAN / REAL_MS) * speed, signal)
  for await (const played of play({ ...demoDay, seed }, cast)) {
    signal.throwIfAborted()
    const { at, entries, labels } = played
    const decided = entries.flatMap((entry) => decisionOf(entry) ?? [])
    told.traffic.add(labels)
    told.decisions.push(...decided)
    Object.assign(told, { at, progress: (at - demoDay.start) / SPAN })
    await output.stretch(played, decided, told)
    await pace(at - demoDay.start)
  }
}

/** How it ended, and what to try. */
async function lastWord(stage: Stage, { records }: Cast, { traffic, decisions }: Told, adminKey: string) {
  const { accountId } = decisions.findLast(({ kind }) => kind === 'banned') ?? decisions.at(-1) ?? demoDay.accounts[0]!
  const [account] = await records.standing([accountId])
  const server = stage.once ? undefined : { address: stage.service.address, adminKey }
  const columns = Math.min(process.stdout.columns || WIDEST, WIDEST)
  return `${demoEnding(demoDay, traffic, decisions, columns)}\n\n${toTry({ ...stage, account: account!, server })}`
}

/** The gateway goes on obeying, and what people decide over HTTP is told, until it is stopped. */
async function goOn({ gateway, records }: Cast, decisionOf: DecisionOf, output: DemoOutput): Promise<never> {
  for (;;) {
    const changed = await gateway.obeyNext()
    const entries = await records.news(changed.map(({ accountId }) => accountId))
    await output.later(
      entries,
      entries.flatMap((entry) => decisionOf(entry) ?? []),
    )
  }
}
