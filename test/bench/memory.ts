import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AccountState } from '../../src/account.ts'
import { engineWith } from '../support/engine.ts'
import { replayed } from '../support/log.ts'
import { weekA } from './week.ts'

const ACCOUNTS = 100_000

/** Bytes an account, with the memory that week-a's accounts have in the middle of the week; remembered ids left out. */
export async function benchMemory(): Promise<string[]> {
  const lines = await weekA()
  const { run } = await replayed(lines.slice(0, lines.length / 2), await engineWith())
  const states = [...run.accounts.values()].map((state): AccountState => ({ ...state, seen: [] }))
  const average = (of: (state: AccountState) => number) =>
    Math.round(states.reduce((sum, state) => sum + of(state), 0) / states.length).toLocaleString('en')
  const windows = eachHeldBy((i) => [
    states[i % states.length]!.usage.slice(),
    states[i % states.length]!.sessions.slice(),
  ])
  const whole = eachHeldBy((i) => copyOf(states[i % states.length]!, i))
  const violators = states.filter(({ enforcement }) => enforcement.violations.length > 0).length
  return [
    `memory: usage ${average(({ usage }) => usage.byteLength)} bytes an account on average, 1,508 at most; sessions ${average(({ sessions }) => sessions.byteLength)}, 256 at most`,
    `memory: both at ${ACCOUNTS.toLocaleString('en')} accounts in one process, objects included: ${windows} bytes an account`,
    `memory: everything known of an account, where ${Math.round((100 * violators) / states.length)} % have violations: ${whole} bytes`,
  ]
}

const eachHeldBy = (make: (index: number) => unknown): string =>
  Math.round(heldBy(() => Array.from({ length: ACCOUNTS }, (_, i) => make(i))) / ACCOUNTS).toLocaleString('en')

/** A state of its own, down to its ids; words of the rule set are shared, as they are in a running process. */
const copyOf = (state: AccountState, index: number): AccountState => ({
  ...(copied(state) as AccountState),
  accountId: `account-${index}`,
  usage: state.usage.slice(),
  sessions: state.sessions.slice(),
})

function copied(value: unknown): unknown {
  if (typeof value === 'string') return /^(req|vio|res|ntc)_/.test(value) ? Buffer.from(value).toString() : value
  if (Array.isArray(value)) return value.map(copied)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  const copy: Record<string, unknown> = { ...value }
  for (const key of Object.keys(copy)) copy[key] = copied(copy[key])
  return copy
}

/** Bytes that what is made holds on to, on and off the heap. */
function heldBy(make: () => unknown): number {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const used = () => {
    gc()
    gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  const held = make()
  const after = used()
  if (!held) throw new Error('nothing was made')
  return after - before
}
