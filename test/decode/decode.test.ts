import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeValue, LONGEST_LINE } from '../../src/decode/decode.ts'

const event = {
  id: 'req_1',
  time: '2026-11-02T09:00:00.000Z',
  accountId: 'dana',
  plan: 'pro',
  client: 'claude-cli/2.0.14 (external, cli)',
  inFlight: 1,
  tokens: { input: 10, output: 20 },
  input: { text: 'why does this test hang?', role: 'user', system: 'Be brief.', tools: ['Bash'] },
}
const { input: _, ...bare } = event
const edge = { nonCoding: 0.1, evidence: 1, classifier: 'v1' }
const bytes = (text: string) => new TextEncoder().encode(text)

/** An event with one field replaced by anything. */
const damaged = fc
  .tuple(fc.constantFrom(...Object.keys(event)), fc.jsonValue())
  .map(([field, value]) => bytes(JSON.stringify({ ...event, [field]: value })))

describe('a gateway event', () => {
  it('is decoded, its time in milliseconds, unknown fields dropped', () => {
    const { event: read } = decode(bytes(JSON.stringify({ ...event, extra: 1 })))
    expect(read).toEqual({ ...event, time: Date.parse(event.time) })
  })

  it.each<[string, object]>([
    ['a score instead of an input', { ...bare, score: edge }],
    ['the longest id', { ...event, id: 'x'.repeat(128) }],
    ['an offset', { ...event, time: '2026-11-02T17:00:00+08:00' }],
    ['the longest text, in characters of two units', { ...event, input: { text: '😀'.repeat(65_536) } }],
    ['U+0000 and a lone surrogate in text and system', { ...event, input: { text: 'a\0\ud800', system: '\0\udc00' } }],
    ['an empty text', { ...event, input: { text: '' } }],
    ['256 tools', { ...event, input: { text: 'x', tools: Array(256).fill('t') } }],
    ['admitted false', { ...event, admitted: false }],
  ])('may have %s', (_name, value) => {
    expect(decodeValue(value).refusal).toBeUndefined()
  })

  it.each<[string, unknown, string]>([
    ['no id', { ...event, id: undefined }, 'id'],
    ['an empty id', { ...event, id: '' }, 'id'],
    ['a long id', { ...event, id: 'x'.repeat(129) }, 'id'],
    ['a NUL in its id', { ...event, id: 'a\0b' }, 'id'],
    ['a lone surrogate in its session', { ...event, sessionId: '\ud800' }, 'sessionId'],
    ['a NUL in a tool name', { ...event, input: { text: 'x', tools: ['ok', '\0'] } }, 'input.tools.1'],
    ['no account', { ...event, accountId: undefined }, 'accountId'],
    ['a time without zone', { ...event, time: '2026-11-02T09:00:00' }, 'time'],
    ['a day that does not exist', { ...event, time: '2026-02-30T09:00:00Z' }, 'time'],
    ['a time before 1970', { ...event, time: '1969-12-31T23:59:59Z' }, 'time'],
    ['another plan', { ...event, plan: 'team' }, 'plan'],
    ['a long client', { ...event, client: 'x'.repeat(257) }, 'client'],
    ['a long session', { ...event, sessionId: 'x'.repeat(129) }, 'sessionId'],
    ['a long project', { ...event, projectId: 'x'.repeat(129) }, 'projectId'],
    ['a long device', { ...event, deviceId: 'x'.repeat(129) }, 'deviceId'],
    ['a long model', { ...event, model: 'x'.repeat(129) }, 'model'],
    ['half a request in flight', { ...event, inFlight: 0.5 }, 'inFlight'],
    ['fewer than no request in flight', { ...event, inFlight: -1 }, 'inFlight'],
    ['negative tokens', { ...event, tokens: { input: -1, output: 0 } }, 'tokens.input'],
    ['half of its tokens', { ...event, tokens: { input: 1 } }, 'tokens.output'],
    ['admitted as a word', { ...event, admitted: 'yes' }, 'admitted'],
    ['a long text', { ...event, input: { text: 'x'.repeat(65_537) } }, 'input.text'],
    ['a long text, in characters of two units', { ...event, input: { text: '😀'.repeat(65_537) } }, 'input.text'],
    ['a long system prompt', { ...event, input: { text: 'x', system: 'x'.repeat(16_385) } }, 'input.system'],
    ['another role', { ...event, input: { text: 'x', role: 'assistant' } }, 'input.role'],
    ['257 tools', { ...event, input: { text: 'x', tools: Array(257).fill('t') } }, 'input.tools'],
    ['a probability above one', { ...bare, score: { ...edge, nonCoding: 1.01 } }, 'score.nonCoding'],
    ['a negative evidence', { ...bare, score: { ...edge, evidence: -0.1 } }, 'score.evidence'],
    ['a score of nobody', { ...bare, score: { nonCoding: 0, evidence: 0 } }, 'score.classifier'],
    ['neither input nor score', bare, 'input'],
    ['both input and score', { ...event, score: edge }, 'score'],
    ['no fields, being a list', [], ''],
    ['no fields, being null', null, ''],
  ])('with %s is refused at that path', (_name, value, path) => {
    const { refusal } = decodeValue(value)
    expect(refusal?.path).toBe(path)
    expect(refusal?.reason).toMatch(/^[a-zU]/)
  })

  it.each<[string, Uint8Array, string]>([
    ['a line that ends too early', bytes('{"id":"a"'), 'is not JSON'],
    ['a stray byte', bytes('\x00\x01'), 'is not JSON'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'is not UTF-8'],
    ['a line without end', new Uint8Array(LONGEST_LINE + 1).fill(32), 'is longer than'],
  ])('%s is refused', (_name, line, reason) => {
    expect(decode(line).refusal).toEqual({ path: '', reason: expect.stringContaining(reason) })
  })

  it('never shows its content in a refusal', () => {
    const secret = 'the dragon sleeps in chapter nine'
    const lines = [
      `{"id":"a","input":{"text":"${secret}"`,
      `${secret}`,
      `{"text":"${secret}",}`,
      JSON.stringify({ ...event, plan: 'x', input: { text: secret } }),
    ]
    for (const line of lines) expect(JSON.stringify(decode(bytes(line)).refusal)).not.toContain('dragon')
  })

  it('is decoded or refused once, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes), damaged), (line) => {
        const { event: read, refusal } = decode(line)
        expect([read, refusal].filter(Boolean)).toHaveLength(1)
      }),
    )
  })
})
