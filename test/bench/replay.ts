import { engineWith } from '../support/engine.ts'
import { replayed } from '../support/log.ts'
import { microseconds, perSecond, us } from './measure.ts'
import { weekA } from './week.ts'

/** The whole path, from bytes to ledger, over week-a. */
export async function benchReplay(): Promise<string[]> {
  const lines = await weekA()
  const engine = await engineWith()
  await replayed(lines.slice(0, 20_000), engine)
  const each = await microseconds(lines.length, () => replayed(lines, engine))
  return [`replay: ${perSecond(each)} events over week-a, from bytes to ledger (${us(each)} each)`]
}
