import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Model } from '../classify/model.ts'
import { type ScoredEvent, scoreEvent } from '../classify/scoreEvent.ts'
import { aheadOfArrival } from '../decode/arrival.ts'
import { type Decoded, decode, decodeValue } from '../decode/decode.ts'
import { lines } from '../decode/lines.ts'
import type { KeepExcerpt } from './excerpts.ts'
import { Problem } from './problems.ts'

/** Most events of one post, and most bytes of a streamed one. */
export const MOST_EVENTS = 10_000
export const MOST_BYTES = 64 << 20
/** Other requests get their turn after so many events were scored. */
const TURN = 64

/** An item that was refused; the others of its post are not affected. */
export interface Rejected {
  /** Place in the array, or number of the line from 0. */
  index: number
  id: string | null
  path: string
  message: string
}

interface Item {
  index: number
  decoded: Decoded
  id: () => unknown
}

/** The events of a body, scored, and the items that cannot be taken. `now` undefined: no time lies in the future. */
export async function readEvents(
  body: unknown,
  model: Model,
  now: number | undefined,
  keep: KeepExcerpt = () => {},
): Promise<{ events: ScoredEvent[]; rejected: Rejected[] }> {
  const events: ScoredEvent[] = []
  const rejected: Rejected[] = []
  let count = 0
  for await (const { index, decoded, id } of itemsOf(body)) {
    if (++count > MOST_EVENTS) throw new Problem('too_large', { detail: `A post holds at most ${MOST_EVENTS} events.` })
    if (count % TURN === 0) await setImmediate()
    const { event } = decoded
    const refusal = event && now !== undefined ? aheadOfArrival(event.time, now) : decoded.refusal
    if (refusal) rejected.push({ index, id: event?.id ?? shortId(id()), path: refusal.path, message: refusal.reason })
    else if (event) {
      const scored = scoreEvent(event, model)
      keep(scored, event.input)
      events.push(scored)
    }
  }
  return { events, rejected }
}

async function* itemsOf(body: unknown): AsyncGenerator<Item> {
  if (body instanceof Readable) yield* ofStream(body)
  else if (Array.isArray(body)) yield* ofArray(body)
  else
    throw new Problem('bad_input', {
      detail: 'Send an array of events, or one event a line as application/x-ndjson.',
      errors: [{ in: 'body', path: '', reason: 'is not an array' }],
    })
}

function* ofArray(values: readonly unknown[]): Generator<Item> {
  for (const [index, value] of values.entries()) yield { index, decoded: decodeValue(value), id: () => idOf(value) }
}

/** Line by line, as they come in; blank ones count as lines and are passed over. */
async function* ofStream(stream: Readable): AsyncGenerator<Item> {
  let index = 0
  for await (const line of lines(chunksOf(stream))) {
    const isBlank = line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
    if (!isBlank) yield { index, decoded: decode(line), id: () => idOfLine(line) }
    index++
  }
}

/** What is not wanted any more is read and dropped, so that the sender comes to its end and sees the answer. */
async function* chunksOf(stream: Readable): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]()
  let bytes = 0
  try {
    for (;;) {
      const next = await chunks.next().catch(() => {
        throw new Problem('bad_input', { detail: 'The body broke off.' })
      })
      if (next.done) return
      bytes += next.value.length
      if (bytes > MOST_BYTES) throw new Problem('too_large', { detail: `A post holds at most ${MOST_BYTES} bytes.` })
      yield next.value
    }
  } finally {
    void discard(chunks)
  }
}

async function discard(chunks: AsyncIterator<unknown>): Promise<void> {
  try {
    while (!(await chunks.next()).done);
  } catch {
    // the sender has gone
  }
}

const idOf = (value: unknown): unknown => (value as { id?: unknown } | null | undefined)?.id
const shortId = (id: unknown): string | null => (typeof id === 'string' && id.length <= 128 ? id : null)

function idOfLine(line: Uint8Array): unknown {
  try {
    return idOf(JSON.parse(new TextDecoder().decode(line)))
  } catch {
    return undefined
  }
}
