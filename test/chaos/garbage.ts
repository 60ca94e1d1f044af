import { pick, type Random } from '../../src/simulate/random.ts'
import type { Line, Sent } from './records.ts'

type Garbage = Pick<Sent, 'key' | 'value'>

const spoilt = ({ accountId, value }: Line, change: object): Garbage => ({
  key: accountId,
  value: Buffer.from(JSON.stringify({ ...parsed(value), ...change })),
})

/** What somebody may send instead of an event: each of these is refused, wherever it lies. */
const KINDS: readonly ((line: Line) => Garbage)[] = [
  ({ accountId }) => ({ key: accountId, value: null }),
  ({ accountId }) => ({ key: accountId, value: Buffer.alloc(0) }),
  ({ accountId, value }) => ({ key: accountId, value: Buffer.from(value.slice(0, Math.floor(value.length / 2))) }),
  ({ accountId }) => ({ key: accountId, value: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }),
  ({ value }) => ({ key: null, value: Buffer.from(value) }),
  ({ value }) => ({ key: 'somebody else', value: Buffer.from(value) }),
  ({ value }) => ({ key: 'many at once', value: Buffer.from(`[${value},${value}]`) }),
  (line) => spoilt(line, { plan: 'gold' }),
  (line) => spoilt(line, { time: 'yesterday' }),
  (line) => spoilt(line, { id: 'a\u0000b' }),
  (line) => spoilt(line, { client: '\ud800' }),
  (line) => spoilt(line, { input: undefined, score: undefined }),
]

/** A piece of garbage beside an event. */
export const garbageFrom = (next: Random, line: Line): Garbage => pick(next, KINDS)(line)

/** A broken line is garbage whatever is added to it. */
function parsed(value: string): object {
  try {
    return JSON.parse(value)
  } catch {
    return {}
  }
}
