import type { GatewayEvent } from '../decode/event.ts'
import { merge } from './merge.ts'
import type { Holder } from './persona.ts'
import { between, hex, pick, type Random, random, whole } from './random.ts'
import { type Request, seat } from './seat.ts'

const MODELS = ['code-large', 'code-large', 'code-small'] as const
const INPUT_TOKENS = [300, 9000] as const
const OUTPUT_TOKENS = [40, 2400] as const
const TOKENS_PER_SECOND = [30, 90] as const

/** Everything that one account sends from `start` (ms) on, as its gateway reports it, in order of time; it never ends. */
export function* traffic(holder: Holder, seed: number, start: number): Generator<GatewayEvent> {
  const next = random(`${seed}/${holder.accountId}`)
  const model = pick(next, MODELS)
  const seats = whole(next, holder.persona.seats)
  const nth = (i: number) => random(`${seed}/${holder.accountId}/${i}`)
  let ends: number[] = []
  for (const request of merge(Array.from({ length: seats }, (_, i) => seat(holder, start, nth(i))))) {
    const tokens = { input: Math.round(between(next, INPUT_TOKENS)), output: Math.round(between(next, OUTPUT_TOKENS)) }
    ends = [
      ...ends.filter((end) => end > request.time),
      request.time + (tokens.output / between(next, TOKENS_PER_SECOND)) * 1000,
    ]
    yield { ...reported(request, holder, next), model, inFlight: ends.length, tokens }
  }
}

function reported(request: Request, holder: Holder, next: Random): GatewayEvent {
  const { time, client, text, role, system, sessionId, projectId, deviceId } = request
  const { accountId, plan } = holder
  return {
    ...{ id: `req-${hex(next)}${hex(next)}`, time, accountId, plan, client: client.userAgent, sessionId, deviceId },
    ...(projectId === undefined ? {} : { projectId }),
    input: {
      text,
      role,
      ...(system === undefined ? {} : { system }),
      ...(client.tools === undefined ? {} : { tools: [...client.tools] }),
    },
  }
}
