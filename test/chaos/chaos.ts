import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { appealAll } from './appeals.ts'
import { strike } from './faults.ts'
import { type Ground, openGround } from './ground.ts'
import { type Judgement, judge } from './judge.ts'
import { whatIsLeft } from './leftBehind.ts'
import { Member } from './member.ts'
import { type Dose, planAppeals, planFaults } from './plan.ts'
import { produceAll } from './produce.ts'
import { Progress } from './progress.ts'
import { type Line, troubled } from './records.ts'
import { settled } from './settled.ts'

/** For what is left to do once all is taken. */
const PATIENCE_MS = 60_000

export interface ChaosOptions extends Dose {
  seed: number
  partitions: number
  lines: readonly Line[]
  print(line: string): void
  /** Keeps logs and ledgers even if all is as it has to be. */
  isKept?: boolean
  signal: AbortSignal
}

/** How a run went. */
export interface Outcome {
  findings: string[]
  figures: string[]
}

/** Workers on a stream while everything around them fails, and then what they left behind, compared with a calm replay. */
export async function chaos(options: ChaosOptions): Promise<Outcome> {
  const ground = await openGround(options.partitions)
  const members = [
    ...Array.from({ length: options.workers }, (_, i) => memberOf(ground, `worker-${i + 1}`, 'worker,relay')),
    memberOf(ground, 'api', 'api'),
  ]
  try {
    return await perform(ground, members, options)
  } catch (error) {
    if (!options.signal.aborted) options.print(`logs are kept in ${await keep(members)}`)
    throw error
  } finally {
    await Promise.all(members.map((one) => one.remove()))
    await ground.close()
  }
}

const memberOf = ({ databaseUrl, env }: Ground, name: string, roles: string) =>
  new Member(name, databaseUrl, ['--clock', 'events', '--roles', roles], {
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
    ...env,
  })

async function perform(ground: Ground, members: readonly Member[], options: ChaosOptions): Promise<Outcome> {
  const { seed, signal, print } = options
  const records = troubled(options.lines, seed)
  const api = members.at(-1)!
  const workers = members.slice(0, -1)
  const over = new AbortController() // a part that fails ends the others
  let released = 0
  const release = (records: number) => {
    released = records
  }
  const { kafka, db, settings } = ground
  const topic = settings.topics.requests
  const stage = {
    ...{ ground, workers, release },
    total: records.length,
    signal: AbortSignal.any([signal, over.signal]),
  }
  await Promise.all(members.map((one) => one.begin()))
  const progress = new Progress(db, topic, print, stage.signal)
  const watching = progress.watch()
  const parts = [
    produceAll(kafka, topic, records, () => released, stage.signal).then(async () =>
      progress.reached(await ground.end()),
    ),
    strike(planFaults(seed, options), { ...stage, progress }),
    appealAll(planAppeals(seed, options), { ...stage, progress, url: () => api.url }),
  ] as const
  for (const part of parts) part.catch((error) => over.abort(error))
  await Promise.allSettled(parts)
  const seconds = progress.seconds
  signal.throwIfAborted()
  over.signal.throwIfAborted() // with what failed first
  over.abort()
  await watching
  const [, inFlight, decided] = await Promise.all(parts)
  const findings = await settled(ground, PATIENCE_MS, signal)
  if (inFlight.some((count) => count <= 0))
    findings.push('a fault struck when nothing was in flight: give it more events')
  if (decided < options.appeals) findings.push(`only ${decided} appeals of ${options.appeals} were decided`)
  findings.push(...(await stopAll(members)))
  const judgement = await judge(await whatIsLeft(ground))
  findings.push(...judgement.findings)
  if (findings.length > 0 || options.isKept) print(`logs are kept in ${await keep(members, judgement.evidence)}`)
  return { findings, figures: figuresOf(options, { progress, seconds, inFlight, decided, members, judgement }) }
}

/** Ends everybody as an operator does; what was wrong with how they ended, then or earlier. */
async function stopAll(members: readonly Member[]): Promise<string[]> {
  const ends = await Promise.all(members.map(async (one) => ({ one, ran: await one.stop() })))
  return ends.flatMap(({ one, ran }) => [
    ...one.falls,
    ...(ran?.code === 0 ? [] : [`${one.name} ended with ${ran?.code} on SIGTERM`]),
  ])
}

async function keep(members: readonly Member[], evidence: Judgement['evidence'] = {}): Promise<string> {
  await Promise.all(members.map((one) => one.remove()))
  const folder = await mkdtemp(join(tmpdir(), 'lanekeeper-chaos-kept-'))
  const logs = members.flatMap((one) => one.logs.map(({ name, text }) => [`${name}.log`, text] as const))
  for (const [name, text] of [...logs, ...Object.entries(evidence)]) await writeFile(join(folder, name), text)
  return folder
}

interface Happened {
  progress: Progress
  seconds: number
  inFlight: number[]
  decided: number
  members: readonly Member[]
  judgement: Judgement
}

function figuresOf(dose: ChaosOptions, happened: Happened): string[] {
  const { progress, seconds, inFlight, decided, members, judgement } = happened
  const { records, garbage, entries, accounts, inputs, ...rest } = judgement.figures
  const sum = (name: 'rebalances' | 'fenced') => members.reduce((all, one) => all + one.counts[name], 0)
  const starts = members.reduce((all, one) => all + one.failedStarts, 0)
  return [
    `seed ${dose.seed}: ${records} records, ${garbage} of them garbage, on ${dose.partitions} partitions, ${dose.workers} workers`,
    `${dose.kills} kills by -9, ${dose.stops} stops past the session, ${dose.brokerRestarts} restarts of the broker, ${dose.databaseRestarts} of PostgreSQL, ${starts} starts that failed, ${decided} appeals decided`,
    `at least ${Math.min(...inFlight)} records in flight at each; ${sum('rebalances')} assignments and ${sum('fenced')} fenced commits, as far as workers could be asked`,
    `${seconds.toFixed(1)} s until all was taken; longest without progress ${(progress.longest.ms / 1000).toFixed(1)} s, after: ${progress.longest.after}`,
    `${entries} ledger entries and ${inputs} inputs of ${accounts} accounts compared with the replay`,
    `${rest.entitlements} entitlements published, ${rest.repeatedEntitlements} of them again; ${rest.repeatedLetters} dead letters published again`,
  ]
}
