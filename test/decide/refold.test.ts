import { describe, expect, it } from 'vitest'
import { initialEnforcement, type Violation } from '../../src/decide/enforcement.ts'
import { refold } from '../../src/decide/refold.ts'
import { DAY, HOUR, START } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

/** A ladder that looks at severity: a minor violation only ever throttles, a major one suspends for ten days at once. */
const { rules } = await engineWith(({ enforce }) => {
  const [first] = enforce
  const of = (
    name: string,
    severity: 'minor' | 'major',
    params: { kind: 'throttle' } | { kind: 'suspension'; hours: number },
  ) => ({
    ...first!,
    name,
    conditions: {
      all: [
        { fact: 'violations.active', operator: 'lessThan' as const, value: 3 },
        { fact: 'violation.severity', operator: 'equal' as const, value: severity },
      ],
    },
    event: { type: 'restriction' as const, params },
  })
  enforce.splice(
    0,
    2,
    of('minor', 'minor', { kind: 'throttle' }),
    of('major', 'major', { kind: 'suspension', hours: 240 }),
  )
})

const violation = (id: string, severity: 'minor' | 'major', at: number): Violation => ({
  ...{ id, severity, at, rule: 'sustained-non-coding', category: 'non_coding_use', plan: 'pro', status: 'active' },
  leaves: [],
  incidents: { count: 8, first: at, last: at },
})
const fold = (violations: Violation[], at: number, recoveries: number[] = []) =>
  refold({ ...initialEnforcement, recoveries }, violations, at, rules.ladder, rules.policy)

describe('the ladder folded anew', () => {
  it('imposes at each violation’s own time and lets terms end at theirs', () => {
    const major = violation('vio_1', 'major', START)
    expect(fold([major], START + 9 * DAY)).toEqual({
      kind: 'suspension',
      since: START,
      cause: 'vio_1',
      until: START + 10 * DAY,
    })
    expect(fold([major], START + 10 * DAY)).toEqual({ kind: 'throttle', since: START + 10 * DAY, cause: 'vio_1' })
  })

  it('a milder answer to a later violation does not undo a harsher one that is still in force', () => {
    const both = [violation('vio_1', 'major', START), violation('vio_2', 'minor', START + HOUR)]
    expect(fold(both, START + DAY)).toMatchObject({ kind: 'suspension', cause: 'vio_1' })
    expect(
      fold(
        both.toReversed().map((one, i) => ({ ...one, at: START + i * HOUR })),
        START + DAY,
      ),
    ).toMatchObject({ kind: 'suspension', cause: 'vio_1' })
  })

  it('what was lifted by recovery stays lifted, until the next violation', () => {
    const first = violation('vio_1', 'minor', START)
    expect(fold([first], START + DAY, [START + HOUR])).toEqual({ kind: 'none' })
    expect(fold([first, violation('vio_2', 'minor', START + 2 * HOUR)], START + DAY, [START + HOUR])).toMatchObject({
      kind: 'throttle',
      cause: 'vio_2',
    })
  })

  it('of nothing is nothing', () => {
    expect(fold([], START)).toEqual({ kind: 'none' })
  })
})
