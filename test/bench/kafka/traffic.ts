import type { Model } from '../../../src/classify/model.ts'
import { score } from '../../../src/classify/score.ts'
import type { GatewayEvent, Plan } from '../../../src/decode/event.ts'
import { crowd } from '../../../src/simulate/crowd.ts'
import { random } from '../../../src/simulate/random.ts'
import { simulate } from '../../../src/simulate/simulate.ts'

const SEED = 5
/** Whose traffic the accounts have, in turn. */
const HOLDERS = 200
const HOURS = 12
/** How often an account sends an event on average, in milliseconds. */
const EVERY = 60_000

/** A record to be: its key and its value. */
export interface Line {
  key: string
  value: string
}

/** Whose events they are, and what they carry. */
export interface Traffic {
  accounts: number
  /** When they begin, in milliseconds. */
  start: number
  /** Plans of the accounts, in turn; left out, each has that of the holder as whom it goes on. */
  plans?: readonly Plan[]
  /** Scores them at the edge; without one they carry their texts. */
  model?: Model | undefined
  /** Whether every other event is the first account's. */
  greedy?: boolean
}

/**
 * Events of so many accounts, one a minute of each on average, in no order among them; each goes on as a simulated holder does. It does
 * not end.
 */
export function* traffic({ accounts, start, plans, model, greedy = false }: Traffic): Generator<Line> {
  const holders = [...bodiesOf(start, model)]
  const sent = new Uint32Array(accounts)
  const next = random(`${SEED}/kafka/${accounts}`)
  for (let nth = 0; ; nth++) {
    const account = greedy && nth % 2 === 0 ? 0 : Math.floor(next() * accounts)
    const bodies = holders[account % holders.length]!
    const { input, score: made, ...rest } = bodies[sent[account]!++ % bodies.length]!
    const own = (id: string | undefined) => id && `${id}-${uuid(account)}`
    const event = {
      ...rest,
      plan: plans?.[account % plans.length] ?? rest.plan,
      ...{
        id: uuid(nth),
        time: new Date(start + (nth * EVERY) / accounts).toISOString(),
        accountId: `acct-${account}`,
      },
      ...{ sessionId: own(rest.sessionId), deviceId: own(rest.deviceId), projectId: own(rest.projectId) },
      // no two texts are alike
      ...(input ? { input: { ...input, text: `${input.text} (${nth})` } } : {}),
      ...(made ? { score: { ...made, fingerprint: nth.toString(16).padStart(16, '0') } } : {}),
    }
    yield { key: event.accountId, value: JSON.stringify(event) }
  }
}

const uuid = (number: number) => `018f3a52-7c1e-7000-8000-${number.toString(16).padStart(12, '0')}`

/** What each holder sends in a day, as a gateway does that scores or does not. */
function bodiesOf(start: number, model: Model | undefined): Iterable<GatewayEvent[]> {
  const events = simulate({ seed: SEED, accounts: crowd(SEED, HOLDERS), hours: HOURS, start })
  return Map.groupBy(
    [...events].map((event) => (model ? scored(event, model) : event)),
    ({ accountId }) => accountId,
  ).values()
}

function scored({ input, ...event }: GatewayEvent, model: Model): GatewayEvent {
  return { ...event, score: score({ text: '', ...input, client: event.client }, model) }
}
