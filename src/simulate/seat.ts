import type { Client } from './clients.ts'
import { ownPrompts } from './ownPrompts.ts'
import type { Activity, Holder } from './persona.ts'
import type { Said } from './prompts.ts'
import { between, hex, pick, type Random, whole } from './random.ts'
import { speech } from './speech.ts'
import { atWork } from './workingHours.ts'

const SECOND = 1000
const MINUTE = 60_000
const PROJECTS = 3
const SETTLING_MINUTES = [0, 25] as const

/** One request of one seat, before it is an event of its account. Time in ms. */
export interface Request extends Said {
  time: number
  client: Client
  system: string | undefined
  sessionId: string
  projectId: string | undefined
  deviceId: string
}

/** What one seat of an account sends from `start` on, in order of time; it never ends. */
export function* seat(holder: Holder, start: number, next: Random): Generator<Request> {
  const { persona } = holder
  const say = speech(holder.prompts ?? ownPrompts[holder.language], next)
  const deviceId = `dev-${hex(next)}`
  const projects = Array.from({ length: PROJECTS }, () => `prj-${hex(next)}`)
  let at = start + between(next, SETTLING_MINUTES) * MINUTE
  for (const activity of persona.activities) {
    const client = pick(next, activity.clients)
    const last = activity === persona.activities.at(-1)
    for (let left = last ? Infinity : (activity.requests ?? Infinity); left > 0; ) {
      const begin = atWork(at, persona, holder.zone, next)
      const projectId = client.project ? pick(next, projects) : undefined
      const context = { client, system: pick(next, client.systems), sessionId: `ses-${hex(next)}`, projectId, deviceId }
      for (const turn of session(activity, begin, say(activity), next)) {
        at = turn.time
        yield { ...turn, ...context }
        if (--left === 0) break
      }
      at += between(next, activity.pause) * MINUTE
    }
  }
}

/** The turns of one session. */
function* session(
  activity: Activity,
  begin: number,
  say: () => Said | undefined,
  next: Random,
): Generator<Said & { time: number }> {
  const turns = activity.turns ? whole(next, activity.turns) : Infinity
  const { stuck } = activity
  const stuckAfter = stuck && next() < stuck.chance ? whole(next, [1, turns]) : 0
  let time = Math.round(begin)
  const after = (seconds: number) => {
    time += Math.round(seconds * SECOND)
    return time
  }
  for (let turn = 1; turn <= turns; turn++) {
    const said = say()
    if (!said) return
    yield { ...said, time }
    if (stuck && turn === stuckAfter)
      for (let more = whole(next, stuck.repeats); more > 0; more--)
        yield { ...said, time: after(between(next, stuck.gap)) }
    after(between(next, activity.gap))
  }
}
