import { describe, expect, it } from 'vitest'
import { clockFinding, skewOf } from '../../../src/cli/doctor/clock.ts'
import { lineOf } from '../../../src/cli/doctor/finding.ts'
import { gapsOf, lagFindings } from '../../../src/cli/doctor/lag.ts'
import { configFindings, partitionFindings } from '../../../src/cli/doctor/topic.ts'
import { readConfig } from '../../../src/config.ts'
import { topicPlans } from '../../../src/publish/kafka/topics.ts'

const plans = topicPlans(readConfig({ KAFKA_BROKERS: 'a:1' }).kafka!)
const planOf = (word: string) => plans.find((plan) => plan.word === word)!
const position = (partition: number, nextOffset: number) => ({ partition, epoch: 1, nextOffset })

describe('what the doctor finds', () => {
  it('is fine where every topic is as it was planned', () => {
    for (const plan of plans) expect(configFindings(plan, plan.config)).toMatchObject([{ isWrong: false }])
  })

  it('names what a setting of a topic does wrong, and the command that mends it', () => {
    const found = { 'cleanup.policy': 'delete', 'message.timestamp.type': 'CreateTime' }
    expect(configFindings(planOf('requests'), found).map(lineOf)).toEqual([
      "WRONG  lanekeeper.requests.v1: message.timestamp.type is CreateTime, not LogAppendTime: a gateway's own clock decides whether its events lie in the future. Set it with kafka-configs.sh --alter --topic lanekeeper.requests.v1 --add-config message.timestamp.type=LogAppendTime.",
    ])
    expect(configFindings(planOf('entitlements'), found)).toMatchObject([
      { isWrong: true, message: expect.stringContaining('miss') },
    ])
    expect(configFindings(planOf('notices'), { 'cleanup.policy': 'compact' })).toMatchObject([
      { isWrong: true, message: expect.stringContaining('lost') },
    ])
  })

  it('takes more room for dead letters than was planned, and no less', () => {
    const { config } = planOf('dead-letters')
    const withRoom = (bytes: string) =>
      configFindings(planOf('dead-letters'), { ...config, 'max.message.bytes': bytes })
    expect(withRoom('4194304')).toMatchObject([{ isWrong: false }])
    expect(withRoom('1048588')).toMatchObject([{ isWrong: true }])
  })

  it('wants a leader for every partition, and as many partitions as at first', () => {
    const led = [0, 1, 2].map((partition) => ({ partition, isLed: true }))
    expect(partitionFindings('t', led, undefined)).toMatchObject([{ isWrong: false, message: '3 partitions' }])
    expect(partitionFindings('t', led, 3)).toMatchObject([{ isWrong: false }])
    expect(partitionFindings('t', led, 2)).toMatchObject([{ isWrong: true, message: expect.stringContaining('had 2') }])
    const headless = led.map((one) => ({ ...one, isLed: one.partition !== 1 }))
    expect(partitionFindings('t', headless, 3)[0]).toMatchObject({
      isWrong: true,
      message: 'no broker leads partition 1',
    })
  })

  it('counts what waits, from the beginning of the log where nothing was read', () => {
    const log = [0, 1].map((partition) => ({ partition, low: 10, high: 100 }))
    expect(lagFindings('t', [position(0, 95)], log)).toMatchObject([
      {
        isWrong: false,
        message: "95 offsets lie between PostgreSQL's positions and the end, 90 of them on partition 1",
      },
    ])
    expect(lagFindings('t', [position(0, 100), position(1, 100)], log)).toMatchObject([
      { message: "0 offsets lie between PostgreSQL's positions and the end" },
    ])
  })

  it('finds positions that the log does not hold', () => {
    const log = [0, 1, 2].map((partition) => ({ partition, low: 10, high: 100 }))
    const positions = [position(0, 9), position(1, 101), position(2, 10)]
    expect(gapsOf(positions, log).map((gap) => gap.position.partition)).toEqual([0, 1])
    expect(lagFindings('t', positions, log).map(({ subject, isWrong }) => [subject, isWrong])).toEqual([
      ['t/0', true],
      ['t/1', true],
      ['t', false],
    ])
  })

  it('measures a clock between question and answer, and is strict only beyond doubt', async () => {
    const times = [1000, 1200]
    const skew = await skewOf(
      async () => 1150,
      () => times.shift()!,
    )
    expect(skew).toEqual({ ahead: 50, within: 100 })
    expect(clockFinding('x', 'so', skew)).toMatchObject({ isWrong: false })
    expect(clockFinding('x', 'so', { ahead: -31_000, within: 10 })).toMatchObject({ isWrong: true })
    expect(clockFinding('x', 'so', { ahead: 31_000, within: 2000 })).toMatchObject({ isWrong: false })
  })
})
