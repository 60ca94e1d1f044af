import { describe, expect, test } from 'vitest'
import { readRecord } from '../../src/consume/kafka/readRecord.ts'
import { logged, merged, simulated } from './lines.ts'
import { type Sent, troubled } from './records.ts'

const MINUTE = 60_000
const lines = simulated(3, 5000)
const records = troubled(lines, 3)
const good = records.filter(({ garbage }) => garbage === undefined)
const bad = records.filter(({ garbage }) => garbage !== undefined)

const eventOf = ({ value }: Sent): { id: string; time: string } => JSON.parse(`${value}`)
const read = ({ key, value }: Sent) =>
  readRecord(
    { key: key === null ? null : Buffer.from(key), value, timestamp: '0', offset: '0', attributes: 0, headers: {} },
    { topic: 'requests', partition: 0, offset: 0 },
    { partitions: 1, clock: 'events' },
  )

describe('the stream of a bad day', () => {
  test('has every event, two of a hundred twice, and one piece of garbage for a hundred', () => {
    expect(new Set(good.map((one) => eventOf(one).id))).toEqual(new Set(lines.map(({ value }) => JSON.parse(value).id)))
    expect(good.length / lines.length - 1).toBeCloseTo(0.02, 2)
    expect(bad.length / lines.length).toBeCloseTo(0.01, 2)
    expect(new Set(bad.map(({ garbage }) => garbage)).size).toBe(bad.length)
  })

  test('has garbage of many kinds that nobody can take, and else nothing that cannot be taken', () => {
    expect(good.filter((one) => read(one).event === undefined)).toEqual([])
    expect(bad.filter((one) => read(one).event !== undefined)).toEqual([])
    const reasons = bad.map((one) => read(one).deadLetter!).map(({ path, reason }) => `${path}: ${reason}`)
    expect(new Set(reasons.map((one) => one.replaceAll(/\d+/g, 'n'))).size).toBeGreaterThan(8)
  })

  test('has lost its order, by no more than a minute', () => {
    const seen = new Set<string>()
    const firsts = good.map(eventOf).filter(({ id }) => !seen.has(id) && seen.add(id))
    let greatest = 0
    const behind = firsts.map(({ time }) => {
      greatest = Math.max(greatest, Date.parse(time))
      return greatest - Date.parse(time)
    })
    expect(Math.max(...behind)).toBeGreaterThan(MINUTE / 2)
    expect(Math.max(...behind)).toBeLessThan(MINUTE)
  })

  test('is the same for the same seed, and another for another', () => {
    const [same, other] = [troubled(lines, 3), troubled(lines, 4)]
    expect(JSON.stringify(same)).toBe(JSON.stringify(records))
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(records))
  })

  test('keeps a broken line of a log as garbage at its place', () => {
    const [first, second] = [lines[0]!.value, lines[1]!.value]
    const log = logged([first, '{"id":', second])
    expect(log.map(({ accountId }) => accountId)).toEqual([lines[0]!.accountId, null, lines[1]!.accountId])
    expect(merged(log, lines.slice(2, 4)).map(({ time }) => time)).toEqual([
      ...log.map(({ time }) => time),
      ...lines.slice(2, 4).map(({ time }) => time),
    ])
    const broken = troubled(log, 1).filter(({ garbage }) => garbage !== undefined)
    expect(broken).toContainEqual({ key: null, value: Buffer.from('{"id":'), garbage: 'l1' })
  })
})
