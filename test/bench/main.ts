import { parseArgs } from 'node:util'
import { NoKafka } from '../support/kafka/run.ts'
import { hasShared } from '../support/shared.ts'
import { benchClassify } from './classify.ts'
import { benchKafka } from './kafka/kafka.ts'
import { benchKafkaMemory } from './kafka/memory.ts'
import { benchKafkaReaction } from './kafka/reaction.ts'
import { benchMemory } from './memory.ts'
import { benchReplay } from './replay.ts'
import { benchRules } from './rules.ts'
import { benchScale } from './scale/scale.ts'
import { benchService } from './service/service.ts'
import { benchThreads } from './threads.ts'

/** Prints every figure of the README, as ratios within this run where the machine matters. Names on the command line pick parts. */
const parts: Record<string, () => Promise<string[]>> = {
  replay: benchReplay,
  rules: benchRules,
  classify: benchClassify,
  memory: benchMemory,
  service: benchService,
  threads: benchThreads,
  kafka: benchKafka,
  'kafka-reaction': benchKafkaReaction,
  scale: benchScale,
}
const needShared = ['replay', 'classify', 'memory']

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' } }, // kafka: nothing but the memory of a worker over so many events
})
if (values.events !== undefined) parts.kafka = () => benchKafkaMemory(Number(values.events))
const unknown = asked.find((name) => !(name in parts))
if (unknown !== undefined) {
  console.error(`bench: there is no part "${unknown}"; choose from ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
for (const [name, part] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  if (!hasShared && needShared.includes(name))
    console.log(`${name}: skipped, the folder of LANEKEEPER_SHARED is missing`)
  else for (const line of await linesOf(name, part)) console.log(line)
}

/** What a part prints; where there is no Kafka, that. */
async function linesOf(name: string, part: () => Promise<string[]>): Promise<string[]> {
  try {
    return await part()
  } catch (error) {
    if (!(error instanceof NoKafka)) throw error
    return [`${name}: skipped, there is no Kafka: ${error.message}`]
  }
}
