import { describe, expect, it } from 'vitest'
import { checkCanary } from '../../../src/classify/requests/canary.ts'
import { shipped } from '../shipped.ts'

const WORK = {
  id: 'work-1',
  text: 'TypeError: Cannot read properties of undefined in src/scheduler.ts:41. Fix the import and run npm test again.',
  client: 'Cline/3.35.0',
}
const POEM = {
  id: 'poem-1',
  text: 'Write me a warm letter to my grandmother for her birthday, with a poem about her garden and the apple cake she bakes.',
  client: 'aider/0.86.1',
}

const encoder = new TextEncoder()
const line = (value: unknown) => encoder.encode(typeof value === 'string' ? value : JSON.stringify(value))
const play = (...lines: unknown[]) => checkCanary([{ path: 'canary/x.jsonl', lines: lines.map(line) }], shipped)

describe('the canary', () => {
  it('counts how the requests of each file come out', () => {
    const files = ['canary/a.jsonl', 'canary/b.jsonl'].map((path) => ({
      path,
      lines: [line(WORK), line({ text: 'ok' })],
    }))
    const labels = { coding: 1, non_coding: 0, unsure: 1 }
    expect(checkCanary(files, shipped)).toEqual({
      counts: files.map(({ path }) => ({ file: path, requests: 2, labels })),
      problems: [],
    })
  })

  it('names the line, the request, its tool and what made it non-coding', () => {
    const { counts, problems } = play(WORK, '', POEM)
    expect(counts[0]).toMatchObject({ requests: 2, labels: { non_coding: 1 } })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ file: 'canary/x.jsonl', line: 3, path: '' })
    expect(problems[0]!.message).toMatch(
      /^"poem-1" of aider\/0\.86\.1 is judged non_coding: score 0\.9\d+, category [a-z_]+: .+ \([+-]\d/,
    )
  })

  it('says so where a request has neither id nor client', () => {
    expect(play({ text: POEM.text }).problems[0]!.message).toMatch(/^a request of an unnamed tool is judged non_coding/)
  })

  it('judges the turns of a session in order, and every file by itself', () => {
    const turns = [POEM, POEM, POEM].map((turn) => ({ ...turn, sessionId: 's' }))
    const short = { text: 'and the next one, please', sessionId: 's' }
    const alone = checkCanary(
      [
        { path: 'canary/a.jsonl', lines: turns.map(line) },
        { path: 'canary/b.jsonl', lines: [line(short)] },
      ],
      shipped,
    )
    expect(play(...turns, short).counts[0]!.labels.non_coding).toBe(4)
    expect(alone.counts[1]!.labels.non_coding).toBe(0)
  })

  it.each([
    ['no JSON', '{"text": "a"', '', /^is not JSON in UTF-8$/],
    ['no object', [1], '', /^invalid input: expected object/],
    ['no text', { id: 'a' }, 'text', /^invalid input: expected string/],
    ['an unknown role', { text: 'a', role: 'model' }, 'role', /^invalid option/],
    ['a tool that is no name', { text: 'a', tools: ['Read', 7] }, 'tools.1', /^invalid input: expected string/],
    ['a slip in a field', { text: 'a', sesionId: 's' }, 'sesionId', /^is read by nothing; known are id, text, role/],
  ])('refuses a line with %s', (_mistake, broken, path, message) => {
    const { counts, problems } = play(WORK, broken)
    expect(problems).toEqual([{ file: 'canary/x.jsonl', line: 2, path, message: expect.stringMatching(message) }])
    expect(counts[0]!.requests).toBe(1)
  })
})
