import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../src/db.ts'
import type { Ground } from './ground.ts'
import type { PlannedAppeal } from './plan.ts'
import type { Progress } from './progress.ts'

const AGAIN_MS = 250

interface Court {
  ground: Ground
  progress: Progress
  total: number
  /** Where the API listens now. */
  url(): string
  signal: AbortSignal
}

interface Listed {
  id: string
  violationId: string
  status: 'open' | 'claimed' | 'upheld' | 'overturned'
}

/** Files appeals as the stream goes on and has support decide them, all over HTTP; how many were decided. */
export async function appealAll(planned: readonly PlannedAppeal[], court: Court): Promise<number> {
  const chosen = new Set<string>()
  let decided = 0
  for (const { at, outcome } of planned) {
    await court.progress.reached(at * court.total)
    const violation = await violationToAppeal(court, chosen)
    if (!violation) break
    chosen.add(violation.violationId)
    await decide(violation, outcome, court)
    decided++
  }
  return decided
}

interface Violation extends Record<string, unknown> {
  accountId: string
  violationId: string
}

/** The newest violation that nobody has appealed; it waits for one, until the stream is over. */
async function violationToAppeal(court: Court, chosen: ReadonlySet<string>): Promise<Violation | undefined> {
  for (;;) {
    const isOver = court.progress.taken >= court.total
    const found = await newestViolations(court.ground.db).catch(() => [])
    const one = found.find(({ violationId }) => !chosen.has(violationId))
    if (one || isOver) return one
    await delay(AGAIN_MS, undefined, { signal: court.signal })
  }
}

const newestViolations = async (db: Db): Promise<Violation[]> =>
  (
    await db.query<Violation>(`
      select account_id as "accountId", violation_id as "violationId" from violations v
      where status = 'active' and not exists (select from appeals a where a.account_id = v.account_id)
      order by at desc limit 50`)
  ).rows

/** Whatever was answered, or not, what is to be done next is seen from what is stored. */
async function decide({ accountId, violationId }: Violation, outcome: string, court: Court): Promise<void> {
  const { support, gateway } = court.ground.keys
  const statement = 'It was all about my code.'
  for (;;) {
    const list = await ask<{ appeals: Listed[] }>(court, support, 'GET', '/v1/appeals?limit=1000')
    const appeal = list?.appeals.find((one) => one.violationId === violationId)
    if (appeal && appeal.status !== 'open' && appeal.status !== 'claimed') return
    if (!list) await delay(AGAIN_MS, undefined, { signal: court.signal })
    else if (!appeal) await ask(court, gateway, 'POST', '/v1/appeals', { accountId, violationId, statement })
    else if (appeal.status === 'open') await ask(court, support, 'POST', `/v1/appeals/${appeal.id}/claim`)
    else await ask(court, support, 'POST', `/v1/appeals/${appeal.id}/decision`, { outcome, reason: 'Read it all.' })
  }
}

/** Undefined where the server is away or busy. Throws where it is asked wrongly. */
async function ask<T>(
  { url, signal }: Court,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<T | undefined> {
  const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) }
  let answer: Response
  let text: string
  try {
    answer = await fetch(`${url()}${path}`, {
      method,
      headers,
      signal,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    text = await answer.text()
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof TypeError) return undefined // no connection
    throw error
  }
  if (answer.ok) return JSON.parse(text)
  if (answer.status === 409 || answer.status >= 500) return undefined
  throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`)
}
