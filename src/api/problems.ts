import { QueueFull } from '../consume/httpSource.ts'
import { CommandRefused } from '../decide/refusal.ts'
import type { RuleProblem } from '../evaluate/check/source.ts'
import { isDatabaseAway } from '../persist/away.ts'

/** The closed list of what a request can be answered with besides success; codes are stable, wording is not. */
export const PROBLEMS = {
  bad_input: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'A valid API key is needed' },
  forbidden: { status: 403, title: 'This key may not do that' },
  not_found: { status: 404, title: 'There is nothing here' },
  command_refused: { status: 409, title: 'The state of the account does not allow that' },
  rules_invalid: { status: 409, title: 'The rules folder has mistakes; the rules stay as they were' },
  events_over_kafka: { status: 409, title: 'Events come in over Kafka here' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The body has a form that is not read here' },
  too_many_failures: { status: 429, title: 'Too many attempts with a wrong key' },
  queue_full: { status: 429, title: 'Too many events wait' },
  headers_too_large: { status: 431, title: 'The header is too large' },
  internal: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'The service cannot answer now' },
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** What else a problem says; all of it is meant for the client. */
export interface ProblemParts {
  detail?: string
  /** Where the input is wrong, and why. */
  errors?: { in: 'body' | 'query' | 'params' | 'headers'; path: string; reason: string }[]
  /** Of rules_invalid: every mistake in the rules folder. */
  problems?: readonly RuleProblem[]
  /** Why the state does not allow a command: decide's own word for it. */
  reason?: string
  /** What to do about it. */
  hint?: string
}

/** An answer that is not success. */
export class Problem extends Error {
  override name = 'Problem'
  readonly code: ProblemCode
  readonly parts: ProblemParts
  /** Seconds until trying again may help. */
  readonly retryAfter: number | undefined

  constructor(code: ProblemCode, parts: ProblemParts = {}, retryAfter?: number) {
    super(parts.detail ?? PROBLEMS[code].title)
    this.code = code
    this.parts = parts
    this.retryAfter = retryAfter
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }

  /** The body, application/problem+json (RFC 9457). */
  get body() {
    const { status, title } = PROBLEMS[this.code]
    return { type: `urn:lanekeeper:problem:${this.code}`, title, status, code: this.code, ...this.parts }
  }
}

/** The answer to whatever was thrown. Of an error that is not on the list nothing is told. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof CommandRefused)
    return new Problem('command_refused', { detail: error.message, reason: error.reason, hint: error.hint })
  if (error instanceof QueueFull) return new Problem('queue_full', { detail: 'Send the same events again later.' }, 1)
  if (isDatabaseAway(error))
    return new Problem('unavailable', { detail: 'Nothing of the request was lost or kept by half: send it again.' }, 1)
  return ofFramework(error) ?? new Problem('internal')
}

/** Fastify's own refusals; its messages may quote the request, so they are not passed on. */
function ofFramework(error: unknown): Problem | undefined {
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem('too_large')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Problem('unsupported_media_type')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Problem('bad_input', { detail: 'The request is not well-formed HTTP.' })
  return undefined
}
