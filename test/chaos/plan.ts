import { type Random, random } from '../../src/simulate/random.ts'

/** How much of everything happens in a run. */
export interface Dose {
  workers: number
  kills: number
  stops: number
  brokerRestarts: number
  databaseRestarts: number
  appeals: number
}

/** What is done to whom, once so much of the stream is taken (0 to 1). */
export type Fault = { at: number } & (
  | { kind: 'kill' | 'stop'; worker: number }
  | { kind: 'restart broker' }
  /** At once: as by a crash, without a goodbye. */
  | { kind: 'restart database'; atOnce: boolean }
)

/** When an appeal is filed, and how it ends. */
export interface PlannedAppeal {
  at: number
  outcome: 'upheld' | 'overturned'
}

/**
 * Faults in the order in which they strike, evenly over the stream with chance in between. Nobody is killed or stopped twice in a
 * row: who was killed has to be at work before it is worth a kill again. Equal seeds, equal faults.
 */
export function planFaults(seed: number, dose: Dose): Fault[] {
  const next = random(`${seed}/faults`)
  const kinds = shuffled(next, [
    ...times(dose.kills, () => 'kill' as const),
    ...times(dose.stops, () => 'stop' as const),
    ...times(dose.brokerRestarts, () => 'restart broker' as const),
    ...times(dose.databaseRestarts, () => 'restart database' as const),
  ])
  let worker = 0
  let databases = 0
  return kinds.map((kind, index) => {
    const at = momentOf(next, index, kinds.length)
    if (kind === 'restart broker') return { at, kind }
    if (kind === 'restart database') return { at, kind, atOnce: databases++ % 2 === 0 }
    worker = (worker + 1 + Math.floor(next() * (dose.workers - 1))) % dose.workers
    return { at, kind, worker }
  })
}

/** Appeals over the same span; two of three are won. */
export function planAppeals(seed: number, { appeals }: Dose): PlannedAppeal[] {
  const next = random(`${seed}/appeals`)
  return times(appeals, (index) => ({
    at: momentOf(next, index, appeals),
    outcome: index % 3 === 2 ? 'upheld' : 'overturned',
  }))
}

/** How far the stream has to be there before the fault of an index strikes: with all of a stretch, and more, that is not taken then. */
export const releasedAt = (index: number, count: number): number => (index + 3) / (count + 2)

/** The stream has a stretch for each, one before them and one behind; a moment in the first half of its own. */
const momentOf = (next: Random, index: number, count: number): number => (index + 1 + next() / 2) / (count + 2)

function shuffled<T>(next: Random, items: readonly T[]): T[] {
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = Math.floor(next() * (i + 1))
    ;[mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!]
  }
  return mixed
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))
