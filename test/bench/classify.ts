import { label } from '../../src/classify/label.ts'
import { initialSessions } from '../../src/classify/memory.ts'
import { scoreEvent } from '../../src/classify/scoreEvent.ts'
import { decode, decodeValue } from '../../src/decode/decode.ts'
import type { GatewayEvent } from '../../src/decode/event.ts'
import { engineWith } from '../support/engine.ts'
import { inTurns, us } from './measure.ts'
import { weekA } from './week.ts'

const ROUNDS = 5
const REPEAT = 2000

/** Score and label for texts of several lengths and on average over week-a, beside JSON.parse and zod of the same events. */
export async function benchClassify(): Promise<string[]> {
  const { model } = await engineWith()
  const classify = (event: GatewayEvent) =>
    label(scoreEvent(event, model).score, event.sessionId, event.time, initialSessions, model)
  const lines = await weekA()
  const events = lines.flatMap((line) => decode(line).event ?? [])
  const parse = (rows: readonly string[]) => rows.forEach((row) => void decodeValue(JSON.parse(row)))

  const printed: string[] = []
  for (const length of [200, 1000, 4000]) {
    const samples = ofLength(events, length)
    const rows = samples.map((one) => JSON.stringify({ ...one, time: new Date(one.time).toISOString() }))
    const [classified, parsed] = await inTurns(ROUNDS, samples.length, [
      () => samples.forEach(classify),
      () => parse(rows),
    ])
    printed.push(line(`${length.toLocaleString('en')} characters`, classified!, parsed!))
  }
  const some = events.slice(0, 30_000)
  const rows = lines.slice(0, 30_000).flatMap((row) => (decode(row).event ? [Buffer.from(row).toString()] : []))
  const [classified, parsed] = await inTurns(3, some.length, [() => some.forEach(classify), () => parse(rows)])
  return [...printed, line('average over week-a', classified!, parsed!)]
}

const line = (what: string, classified: number, parsed: number) =>
  `classify: ${what}: ${us(classified)}, JSON.parse + zod ${us(parsed)}: ratio ${(classified / parsed).toFixed(1)}`

/** Events whose text is real text of that length: texts of the week put together and cut. */
function ofLength(events: readonly GatewayEvent[], length: number): GatewayEvent[] {
  let next = 0
  return Array.from({ length: REPEAT }, () => {
    let text = ''
    while (text.length < length) text += `${events[next++ % events.length]!.input?.text ?? ''}\n`
    const event = events[next % events.length]!
    return { ...event, input: { ...event.input, text: text.slice(0, length) } }
  })
}
