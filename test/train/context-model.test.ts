import { describe, expect, it } from 'vitest'
import { type Context, countContext } from '../../src/classify/context.ts'
import { weightOf } from '../../src/classify/vocabulary.ts'
import { trainContext } from '../../src/train/context-model.ts'
import { rowsOf } from '../../src/train/data.ts'

/** So many sessions with one context, each of `turns` turns. */
const sessions = (count: number, label: 'coding' | 'non_coding', context: Context, turns = 1) =>
  Array.from({ length: count * turns }, (_, i) => {
    const session = `${JSON.stringify(context)}${label}${i % count}`
    return JSON.stringify({ text: 'x', label, session, ...context })
  }).join('\n')

function fitted(...lines: string[]) {
  const rows = rowsOf(lines.join('\n'), 'session', true)
  const { unit, weights } = trainContext(rows, new Float64Array(rows.length), () => true)
  return (context: Context) => {
    const { terms, sizes } = countContext(context)
    return terms.map((part, i) =>
      part.subarray(0, sizes[i]!).reduce((sum, term) => sum + unit * weightOf(weights, term), 0),
    )
  }
}

const plain = [sessions(40, 'coding', { client: 'plain' }), sessions(40, 'non_coding', { client: 'plain' })]

describe('the context model', () => {
  it('learns from a name that eight sessions carry, and nothing from one that seven carry, however long they are', () => {
    const weigh = fitted(
      ...plain,
      sessions(8, 'non_coding', { client: 'eight' }),
      sessions(7, 'non_coding', { client: 'seven' }, 50),
    )
    expect(weigh({ client: 'eight/2.0' })[2]).toBeGreaterThan(0.1)
    expect(weigh({ client: 'seven/2.0' })[2]).toBe(0)
  })

  it('takes a session for one observation, however many turns it has', () => {
    const weigh = fitted(
      ...plain,
      sessions(12, 'coding', { client: 'both' }, 60),
      sessions(12, 'non_coding', { client: 'both' }),
    )
    expect(Math.abs(weigh({ client: 'both' })[2]!)).toBeLessThan(0.05)
  })

  it('takes it for no evidence that a system prompt is there', () => {
    const system = 'you are an assistant'
    const weigh = fitted(...plain, sessions(40, 'non_coding', { client: 'plain', system }))
    for (const part of weigh({ client: 'plain', system })) expect(Math.abs(part)).toBeLessThan(0.05)
  })

  it('learns what an empty list of tools says', () => {
    const weigh = fitted(...plain, sessions(40, 'non_coding', { client: 'plain', tools: [] }))
    expect(weigh({ client: 'plain', tools: [] })[1]).toBeGreaterThan(0.1)
  })

  it('lends what all coding clients have in common to one that it has never seen', () => {
    const names = ['cline', 'goose', 'crush', 'aider']
    const weigh = fitted(...plain, ...names.map((client) => sessions(40, 'coding', { client })))
    expect(weigh({ client: 'Zed/0.208' })[2]).toBeLessThan(-0.1)
  })

  it('gives the same table from the same rows', () => {
    const rows = rowsOf(plain.join('\n'), 'session', true)
    const table = () => trainContext(rows, new Float64Array(rows.length), () => true)
    expect(table()).toEqual(table())
  })
})
