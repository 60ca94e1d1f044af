import { createHash } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Server } from './server.ts'

const CLIENTS = 16
/** All clients stay so close together in stream time. */
const WINDOW_MS = 20_000
/** Most lines of one post. */
const MOST = 500
const RETRY_MS = 10

interface Line {
  text: string
  /** How far the log had come when it was written. */
  moment: number
}

/** What became of the posts of a log. */
export interface Sent {
  /** Posts that broke off without an answer. */
  cut: number
  /** Posts that were answered 503, all of them with Retry-After. */
  refused: number
}

/** A server that sixteen clients post to, and that may be taken away meanwhile. */
export interface Target {
  server: Server
  key: string
  /** Resolves while the process is there; a post may break off only where it was taken away. */
  up(): Promise<unknown>
  /** Called with the number of lines that are acknowledged. */
  progress?(lines: number): void
}

/**
 * Posts a log as sixteen gateways would: an account keeps to its client, which sends its lines in order and the next ones only when
 * these are acknowledged; what is not acknowledged is sent again. No client is further ahead of another than twenty seconds of stream
 * time. Answers other than 202 and 503 with Retry-After fail the test.
 */
export async function sendByMany(log: readonly string[], target: Target): Promise<Sent> {
  const queues = queuesOf(log)
  const sent: Sent = { cut: 0, refused: 0 }
  const reached = () => Math.min(...queues.map((queue) => queue[0]?.moment ?? Infinity))
  let acknowledged = 0
  let moved = Promise.withResolvers<void>()
  const client = async (queue: Line[]): Promise<void> => {
    while (queue.length > 0) {
      const until = reached() + WINDOW_MS
      const ahead = queue.findIndex(({ moment }) => moment > until)
      const lines = queue.slice(0, ahead < 0 ? MOST : Math.min(ahead, MOST))
      if (lines.length === 0) await moved.promise
      else {
        await acknowledge(lines, target, sent)
        queue.splice(0, lines.length)
        acknowledged += lines.length
        moved.resolve()
        moved = Promise.withResolvers()
        target.progress?.(acknowledged)
      }
    }
  }
  await Promise.all(queues.map(client))
  return sent
}

async function acknowledge(lines: readonly Line[], { server, key, up }: Target, sent: Sent): Promise<void> {
  for (;;) {
    await up()
    const answer = await server.post(key, lines.map(({ text }) => text).join('\n')).catch(() => undefined)
    const body = await answer?.text().catch(() => undefined)
    if (answer?.status === 202) return
    if (answer) {
      expect([answer.status, body, answer.headers.get('retry-after')]).toEqual([
        503,
        body,
        expect.stringMatching(/^\d+$/),
      ])
      sent.refused++
    } else sent.cut++
    await after(RETRY_MS)
  }
}

function queuesOf(log: readonly string[]): Line[][] {
  const queues: Line[][] = Array.from({ length: CLIENTS }, () => [])
  let moment = 0
  for (const text of log) {
    const { accountId, time } = fieldsOf(text)
    moment = Math.max(moment, Date.parse(`${time}`) || 0)
    queues[createHash('sha256').update(`${accountId}`).digest()[0]! % CLIENTS]!.push({ text, moment })
  }
  return queues
}

/** Of a line that may be broken. */
function fieldsOf(text: string): { accountId?: unknown; time?: unknown } {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
