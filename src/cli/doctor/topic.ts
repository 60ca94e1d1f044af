import type { TopicPlan } from '../../publish/kafka/topics.ts'
import { type Finding, fine, wrong } from './finding.ts'

/** What each setting of a topic is for, told where it is another. */
const WHY: Record<string, (value: string) => string> = {
  'cleanup.policy': (value) =>
    value === 'compact' ? 'whoever starts to read late misses entitlements' : 'records are lost that share an account',
  'message.timestamp.type': () => "a gateway's own clock decides whether its events lie in the future",
  'max.message.bytes': () => 'the longest dead letters do not fit',
}

/** How the settings of a topic stand to what they are to be. */
export function configFindings({ name, config }: TopicPlan, found: Record<string, string>): Finding[] {
  const differing = Object.entries(config).filter(([key, value]) => !suffices(key, found[key], value))
  if (differing.length === 0)
    return [
      fine(
        name,
        Object.entries(config)
          .map(([key, value]) => `${key} is ${value}`)
          .join(', '),
      ),
    ]
  return differing.map(([key, value]) =>
    wrong(
      name,
      `${key} is ${found[key] ?? 'not told'}, not ${value}: ${WHY[key]!(value)}`,
      `Set it with kafka-configs.sh --alter --topic ${name} --add-config ${key}=${value}.`,
    ),
  )
}

const suffices = (key: string, found: string | undefined, value: string): boolean =>
  key === 'max.message.bytes' ? Number(found) >= Number(value) : found === value

/** Whether all partitions are there, each with a leader, and as many as at first. */
export function partitionFindings(
  name: string,
  partitions: readonly { partition: number; isLed: boolean }[],
  remembered: number | undefined,
): Finding[] {
  const leaderless = partitions.filter(({ isLed }) => !isLed).map(({ partition }) => partition)
  const count = partitions.length
  return [
    ...(leaderless.length > 0
      ? [wrong(name, `no broker leads partition ${leaderless.join(', ')}`, 'Bring its brokers back.')]
      : []),
    remembered !== undefined && remembered !== count
      ? wrong(
          name,
          `it has ${count} partitions and had ${remembered} when it was first read: accounts would move between them`,
          `Make a topic with ${remembered} partitions, or name a new one in KAFKA_TOPICS once this one is read to its end.`,
        )
      : fine(name, `${count} partition${count === 1 ? '' : 's'}`),
  ]
}
