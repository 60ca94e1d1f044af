import { expect, it } from 'vitest'
import { scoreEvent } from '../../../src/classify/scoreEvent.ts'
import type { GatewayEvent } from '../../../src/decode/event.ts'
import { scoreOnce } from '../../../src/train/streams/scoreOnce.ts'
import { shipped } from '../../classify/shipped.ts'

const event = (change: Partial<GatewayEvent>): GatewayEvent => ({
  ...{ id: 'e', time: 0, accountId: 'a', plan: 'pro', client: 'editor/1', input: { text: 'fix the build' } },
  ...change,
})

it('gives what scoring each event gives, whatever was scored before', () => {
  const score = scoreOnce()
  const events = [
    event({}),
    event({ id: 'again' }),
    event({ client: 'chat/1' }),
    event({ input: { text: 'fix the build', role: 'tool' } }),
    event({ input: { text: 'fix the build', system: 'You write novels.', tools: [] } }),
    event({ input: { text: 'a sonnet about my aunt' } }),
    event({ score: { nonCoding: 1, evidence: 1, classifier: 'edge' } }),
  ]
  for (const one of [...events, ...events]) expect(score(one, shipped)).toEqual(scoreEvent(one, shipped))
})
