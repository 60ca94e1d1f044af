import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccountState, initialState } from '../../src/account.ts'
import { CommandRefused } from '../../src/decide/refusal.ts'
import { decodeState, encodeState } from '../../src/persist/stateCodec.ts'
import { Account, DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

const plain = await engineWith()
const hold = await engineWith(({ policy }) => {
  policy.banReview = 'hold'
})

/** What stands in the column; the rest has columns and rows of its own. */
function encoded({ accountId: _a, ordinal: _o, seq: _s, time: _t, seen: _i, ...rest }: AccountState) {
  return rest
}

const stretch = fc.record({
  label: fc.constantFrom('coding' as const, 'non_coding' as const, 'non_coding' as const, 'unsure' as const),
  count: fc.integer({ min: 1, max: 30 }),
  every: fc.constantFrom(1000, MINUTE, 5 * MINUTE),
  pause: fc.constantFrom(0, HOUR, 3 * HOUR, DAY, 8 * DAY),
  plan: fc.constantFrom('lite' as const, 'pro' as const),
  client: fc.constantFrom(undefined, 'curl/8.1'),
  sessions: fc.integer({ min: 0, max: 12 }),
  devices: fc.integer({ min: 0, max: 12 }),
  category: fc.constantFrom(undefined, 'translation', '翻译'),
  appeal: fc.constantFrom(undefined, undefined, 'file' as const, 'upheld' as const, 'overturned' as const),
})

async function play(account: Account, story: readonly (typeof stretch extends fc.Arbitrary<infer T> ? T : never)[]) {
  let now = START
  for (const { label, count, every, pause, plan, client, sessions, devices, category, appeal } of story) {
    for (let i = 0; i < count; i++) {
      now += every
      const event = scored(label, now, { plan, client, tokens: { input: 900 * i, output: 41 }, inFlight: i % 5 })
      await account.event({
        ...event,
        score: { ...event.score, category },
        ...(sessions ? { sessionId: `session-${i % sessions}` } : {}),
        ...(devices ? { deviceId: `device-${i % devices}`, projectId: `project-${i % devices}` } : {}),
      })
    }
    await appealed(account, appeal).catch((error) => expect(error).toBeInstanceOf(CommandRefused))
    now += pause
    await account.tick(now)
  }
}

async function appealed(account: Account, appeal: 'file' | 'upheld' | 'overturned' | undefined): Promise<void> {
  const { id } = account.violations.at(-1) ?? {}
  if (!appeal || !id) return
  const commandAt = account.state.time
  if (appeal === 'file')
    await account.command({
      type: 'FileAppeal',
      violationId: id,
      statement: 'nicht ich – 不是我 🙃',
      actor: 'gateway:console',
      commandAt,
    })
  else await account.appeal(id, appeal, commandAt)
}

/** What is read may be shared by many accounts, so that nothing of it may be changed in place. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

describe('the state column', () => {
  it('gives back every state that traffic, time and people lead to', async () => {
    const kinds = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 12 }), fc.boolean(), async (story, isHeld) => {
        const account = new Account(isHeld ? hold : plain)
        await play(account, story.slice(1))
        const before = {
          state: account.state,
          bytes: encodeState(account.state, undefined, 7).toString('latin1'),
          at: 7,
        }
        await play(account, story.slice(0, 1))
        kinds.add(account.kind)
        const bytes = encodeState(account.state)
        expect(encodeState(account.state, before)).toEqual(bytes)
        expect(decodeState(bytes)).toEqual(encoded(account.state))
        expect(encodeState({ ...account.state, ...decodeState(bytes) }, undefined, 5).subarray(5)).toEqual(bytes)
        expect(decodeState(Buffer.from(before.bytes, 'latin1'), 7)).toEqual(encoded(before.state))
      }),
    )
    expect(kinds.size).toBeGreaterThan(2)
  })

  it('gives back a state that goes on exactly as the one that was never stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 2, maxLength: 8 }), fc.nat(), async (story, cut) => {
        const [kept, stored] = [new Account(plain), new Account(plain)]
        const at = 1 + (cut % story.length)
        await play(kept, story.slice(0, at))
        stored.state = { ...kept.state, ...frozen(decodeState(encodeState(kept.state))) }
        const goOn = Array.from({ length: 45 }, (_, i) =>
          scored(i % 3 ? 'non_coding' : 'coding', kept.state.time + (i + 1) * MINUTE, {
            sessionId: `session-${i % 4}`,
          }),
        )
        kept.entries.length = 0
        for (const event of goOn) {
          await kept.event(event)
          await stored.event(event)
        }
        expect(stored.entries).toEqual(kept.entries)
        expect(stored.state).toEqual(kept.state)
      }),
      { numRuns: 40 },
    )
  })

  it('reads many different accounts in turn, each as it is', () => {
    const states = Array.from({ length: 600 }, (_, i) => ({ ...initialState('dana'), rulesVersion: `ä${i}` }))
    const bytes = states.map((state) => encodeState(state))
    for (const [i, one] of [...bytes.entries(), ...bytes.entries()])
      expect(decodeState(one)).toEqual(encoded(states[i]!))
  })

  it('gives back the state of an account that nothing has happened to', () => {
    const state = initialState('dana')
    expect(decodeState(encodeState(state))).toEqual(encoded(state))
  })

  it('reads from any place in a buffer, and keeps none of it but the memory of sessions', async () => {
    const account = new Account(plain)
    await account.send('non_coding', 25, START)
    const bytes = encodeState(account.state)
    for (const offset of [0, 1, 2, 3]) {
      const within = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset)
      const decoded = decodeState(within)
      within.fill(0xff)
      expect(decoded).toEqual(encoded(account.state))
    }
  })
})
