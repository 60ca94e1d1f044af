import { expect, it } from 'vitest'
import { decode } from '../../src/decode/decode.ts'
import { loadScorer } from '../../src/gateway/index.ts'
import { engineWith } from '../support/engine.ts'
import { replayed } from '../support/log.ts'
import { describeShared } from '../support/shared.ts'
import { partOfWeek } from '../support/week.ts'

describeShared('a week of traffic', () => {
  it('makes the same ledger, whether its texts are sent or scored at the edge', async () => {
    const { score } = await loadScorer()
    const lines = await partOfWeek()
    const edge = lines.map((line) => {
      const { event } = decode(Buffer.from(line))
      if (!event?.input) return line
      const { input, ...rest } = event
      const time = new Date(event.time).toISOString()
      return JSON.stringify({ ...rest, time, score: score({ ...input, client: event.client }) })
    })
    expect(edge.filter((line) => decode(Buffer.from(line)).event?.input).length).toBe(0)
    const engine = await engineWith()
    const ledgerOf = async (log: string[]) =>
      (
        await replayed(
          log.map((line) => Buffer.from(line)),
          engine,
        )
      ).entries
    const entries = await ledgerOf(lines)
    expect(entries.length).toBeGreaterThan(50)
    expect(await ledgerOf(edge)).toEqual(entries)
  })
})
