import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialSessions, label } from '../../src/classify/label.ts'
import { type ScoredEvent, scoreEvent } from '../../src/classify/scoreEvent.ts'
import { decode, decodeValue } from '../../src/decode/decode.ts'
import type { GatewayEvent } from '../../src/decode/event.ts'
import { loadScorer } from '../../src/gateway/index.ts'
import { crowd } from '../../src/simulate/crowd.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { shipped, shippedBytes } from '../classify/shipped.ts'
import { engineWith } from '../support/engine.ts'
import { replayed } from '../support/log.ts'

const scorer = await loadScorer()
const START = Date.parse('2026-11-02T08:00:00Z')

/** The event as its gateway would report it: as bytes of JSON. */
const reported = (event: Omit<GatewayEvent, 'input'> | GatewayEvent): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ ...event, time: new Date(event.time).toISOString() }))

/** The same event, scored where its text is. */
function atTheEdge({ input, ...event }: GatewayEvent): Uint8Array {
  return reported({ ...event, score: scorer.score({ ...input!, client: event.client }) })
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 700 }),
  fc
    .array(fc.constantFrom('fix', 'her', 'API', 'rain', '她', '函数', 'Ｆ', '`', '\n', '```', '{"a":', 'return'), {
      maxLength: 200,
    })
    .map((words) => words.join(' ')),
)
const anyInput = fc.record(
  {
    text: anyText,
    role: fc.constantFrom('user' as const, 'tool' as const),
    system: anyText,
    tools: fc.array(fc.constantFrom('Bash', 'Read', 'apply_patch', 'web_search', ''), { maxLength: 20 }),
  },
  { requiredKeys: ['text'] },
)
const anyEvent = fc.record(
  {
    input: anyInput,
    client: fc.constantFrom('claude-cli/2.0.14 (external, cli)', 'curl/8', ''),
    sessionId: fc.constantFrom('a', 'b', 'c'),
  },
  { requiredKeys: ['input'] },
)
const whole = (change: object, index: number): GatewayEvent =>
  ({ id: `${index}`, time: START + index * 1000, accountId: 'dana', plan: 'pro', ...change }) as GatewayEvent

describe('a scorer at the edge', () => {
  it('gives the bits that the server makes of the text, sessions included, through JSON and the schema of events', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 12 }), (changes) => {
        let [here, there] = [initialSessions, initialSessions]
        const turn = ({ score, sessionId, time }: ScoredEvent, memory: Uint8Array) =>
          label(score, sessionId, time, memory, shipped)
        for (const [index, change] of changes.entries()) {
          const event = whole(change, index)
          const text = turn(scoreEvent(decode(reported(event)).event!, shipped), here)
          const edge = turn(scoreEvent(decode(atTheEdge(event)).event!, shipped), there)
          expect(edge.classification).toEqual(text.classification)
          expect(edge.sessions).toEqual(text.sessions)
          ;[here, there] = [text.sessions, edge.sessions]
        }
      }),
    )
  })

  it('makes the ledger that the texts would have made', async () => {
    const engine = await engineWith()
    const accounts = crowd(7, 24, { coder: 8, terse: 4, persistent: 4, disguised: 4, drip: 4 })
    const events = [...simulate({ seed: 7, accounts, hours: 14, start: START })]
    const { entries } = await replayed(events.map(reported), engine)
    expect(entries.filter(({ type }) => type === 'ViolationRecorded').length).toBeGreaterThan(3)
    expect((await replayed(events.map(atTheEdge), engine)).entries).toEqual(entries)
  })

  it('gives the fields of the event and no other, whatever the text; none of them shows it', () => {
    const fields = ['nonCoding', 'evidence', 'role', 'category', 'fingerprint', 'classifier']
    fc.assert(
      fc.property(anyInput, (input) => {
        const score = scorer.score(input)
        expect(Object.keys(score)).toEqual(fields)
        expect(JSON.parse(JSON.stringify(score))).toEqual(score)
        const event = { ...whole({ score }, 1), time: '2026-11-02T08:00:00Z' }
        expect(decodeValue(event).event?.score).toEqual(score)
      }),
    )
    const { category, ...rest } = scorer.score({ text: 'Marlowe walked home through the rain' })
    expect(shipped.category.names).toContain(category)
    expect(JSON.stringify(rest)).not.toMatch(/marlowe|rain/i)
  })

  it('says to those without types that a text is missing', () => {
    for (const wrong of [undefined, {}, { text: null }])
      expect(() => scorer.score(wrong as never)).toThrow(new TypeError('a request to score needs a text'))
  })

  it('names the version of its weights', () => {
    expect(scorer.classifier).toBe(shipped.version)
    expect(scorer.score({ text: '' }).classifier).toBe(shipped.version)
  })
})

describe('weights', () => {
  const text = 'write the next chapter'

  it.each([
    ['plain', shippedBytes],
    ['packed', gzipSync(shippedBytes)],
    ['part of a larger buffer', Buffer.concat([Buffer.alloc(7), shippedBytes]).subarray(7)],
  ])('may be given as bytes: %s', async (_, bytes) => {
    const other = await loadScorer(bytes)
    expect(other.score({ text })).toEqual(scorer.score({ text }))
  })

  it.each([
    ['empty', new Uint8Array(), /not a Lanekeeper classifier/],
    ['a page instead', new TextEncoder().encode('<html>'), /not a Lanekeeper classifier/],
    ['cut off', shippedBytes.subarray(0, 100_000), /damaged or cut off/],
    ['packed and cut off', gzipSync(shippedBytes).subarray(0, 100_000), /damaged or cut off: it cannot be unpacked/],
  ])('that are %s are refused in one sentence', async (_, bytes, complaint) => {
    await expect(loadScorer(bytes)).rejects.toThrow(complaint)
  })
})
