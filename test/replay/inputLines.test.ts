import { expect, it } from 'vitest'
import type { StoredInput } from '../../src/account.ts'
import type { PersonCommand } from '../../src/decide/commands.ts'
import { inputLine, rulesLine } from '../../src/replay/inputLines.ts'
import { readStoredInputs } from '../../src/replay/storedInputs.ts'
import { DAY, START } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

const person = { actor: 'support:key_1', commandAt: START + 1 }
const holder = { ...person, actor: 'gateway:key_2' }

/** One of every type; a type that is added later fails to compile until it is here. */
const commands: { [Type in PersonCommand['type']]: Extract<PersonCommand, { type: Type }>[] } = {
  FileAppeal: [
    { type: 'FileAppeal', violationId: 'vio_1', ...holder },
    { type: 'FileAppeal', violationId: 'vio_2', statement: 'These were\n"tests". 你好', ...holder },
  ],
  ClaimAppeal: [{ type: 'ClaimAppeal', appealId: 'apl_1', ...person }],
  ReleaseAppeal: [{ type: 'ReleaseAppeal', appealId: 'apl_1', ...person }],
  DecideAppeal: (['upheld', 'overturned'] as const).map((outcome) => ({
    ...{ type: 'DecideAppeal', appealId: 'apl_1', outcome, reason: 'seen' },
    ...person,
  })),
  ConfirmBan: [{ type: 'ConfirmBan', reason: 'sure', ...person }],
  DeclineBan: [{ type: 'DeclineBan', reason: 'no', ...person }],
}

it('rule sets, commands and ticks are read as they were written', async () => {
  const { rules: first } = await engineWith()
  const { rules: second } = await engineWith(({ policy, detect }) => {
    policy.noticeGraceMinutes = 30
    detect[0]!.status = 'off'
  })
  const inputs: StoredInput['input'][] = [
    ...Object.values(commands)
      .flat()
      .map((command): StoredInput['input'] => ({ kind: 'command', command })),
    { kind: 'command', command: { type: 'LateNotice', commandAt: START + 123 } },
    { kind: 'command', command: { type: 'RememberBan', plan: 'max', commandAt: START + 124 } },
    { kind: 'tick', at: START + DAY + 7 },
  ]
  const stored = inputs.map((input, i): StoredInput => ({ accountId: 'ada "x"\u2028', ordinal: i * 3 + 1, input }))
  const lines = [
    rulesLine({ documents: first.documents, effectiveFrom: 0 }),
    rulesLine({ documents: second.documents, effectiveFrom: START + 5000 }),
    ...stored.map(inputLine),
    inputLine({ accountId: 'bo', ordinal: 2, input: { kind: 'tick', at: START } }),
  ]
  const read = await readStoredInputs('inputs', lines.join('\n'))
  expect(read.sets.map(({ from, rules }) => [from, rules.version])).toEqual([
    [0, first.version],
    [START + 5000, second.version],
  ])
  expect(read.inputs).toEqual(
    new Map<string, unknown>([
      [stored[0]!.accountId, new Map(stored.map(({ ordinal, input }) => [ordinal, input]))],
      ['bo', new Map([[2, { kind: 'tick', at: START }]])],
    ]),
  )
  expect(read.takenUp).toEqual([])
})
