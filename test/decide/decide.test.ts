import { expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { initialEnforcement } from '../../src/decide/enforcement.ts'
import { evolve } from '../../src/decide/evolve.ts'
import { START } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

it('a violation that is known already is not recorded again, even after an appeal voided it', async () => {
  const { rules } = await engineWith()
  const now = { accountId: 'dana', at: START, ladder: rules.ladder, policy: rules.policy }
  const match = { rule: 'sustained-non-coding', severity: 'major' as const, category: 'non_coding_use', leaves: [] }
  const command = { type: 'RecordViolation' as const, match, event: { id: 'req_1', time: START }, plan: 'pro' as const }
  const first = decide(command, initialEnforcement, now)
  expect(first.map(({ type }) => type)).toEqual(['ViolationRecorded', 'RestrictionImposed'])
  const state = first.reduce((one, event) => evolve(one, event, START, 'system', rules.policy), initialEnforcement)
  expect(decide(command, state, now)).toEqual([])
  const voided = evolve(
    state,
    { type: 'ViolationVoided', violationId: state.violations[0]!.id, reason: 'appeal' },
    START,
    'support:mo',
    rules.policy,
  )
  expect(decide(command, voided, now)).toEqual([])
})
