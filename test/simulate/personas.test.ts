import { expect, test } from 'vitest'
import type { GatewayEvent } from '../../src/decode/event.ts'
import { chatClients, codingClients } from '../../src/simulate/clients.ts'
import { type PersonaName, personas } from '../../src/simulate/personas.ts'
import { terseEn } from '../../src/simulate/prompts/codingEn.ts'
import { asidesEn, conversationsEn } from '../../src/simulate/prompts/misuseEn.ts'
import { simulate } from '../../src/simulate/simulate.ts'

const HOUR = 3_600_000
/** A Monday, midnight. */
const START = Date.UTC(2026, 10, 9)

function sent(name: PersonaName, days: number, zone = 0): GatewayEvent[] {
  const holder = { accountId: name, persona: personas[name], plan: 'pro', language: 'en', zone } as const
  return [...simulate({ seed: 5, accounts: [holder], hours: 24 * days, start: START })]
}

const text = (event: GatewayEvent) => event.input!.text
const pages = new Set(conversationsEn.flat())
const isPage = (event: GatewayEvent) => pages.has(text(event))
const clients = (list: typeof codingClients) => new Set(list.map(({ userAgent }) => userAgent))
const share = (events: GatewayEvent[], is: (event: GatewayEvent) => boolean) => events.filter(is).length / events.length

function mostWithin(events: GatewayEvent[], span: number): number {
  let first = 0
  return Math.max(
    ...events.map(({ time }, last) => {
      while (events[first]!.time <= time - span) first++
      return last - first + 1
    }),
  )
}

test('a coder codes, from nine to six on weekdays by its own clock', () => {
  const events = sent('coder', 14, 8)
  expect(events.some(isPage)).toBe(false)
  const local = events.map(({ time }) => new Date(time + 8 * HOUR))
  expect(local.every((at) => at.getUTCDay() >= 1 && at.getUTCDay() <= 5)).toBe(true)
  expect(local.every((at) => at.getUTCHours() >= 9 && at.getUTCHours() < 20)).toBe(true) // a session may run over
  expect(new Set(local.map((at) => at.getUTCDate())).size).toBe(10)
})

test('a chatty one asks other things now and then', () => {
  const asides = share(sent('chatty', 5), (event) => asidesEn.includes(text(event)))
  expect(asides).toBeGreaterThan(0.08)
  expect(asides).toBeLessThan(0.25)
})

test('a terse one mostly says "continue" and the like', () => {
  expect(share(sent('terse', 5), (event) => terseEn.includes(text(event)))).toBeGreaterThan(0.6)
})

test('a stuck agent sends one prompt dozens of times in one session', () => {
  let longest = 0
  let run = 0
  let before: GatewayEvent | undefined
  for (const event of sent('loop', 5)) {
    run = before && text(before) === text(event) && before.sessionId === event.sessionId ? run + 1 : 1
    longest = Math.max(longest, run)
    before = event
  }
  expect(longest).toBeGreaterThan(40)
})

test('a team works on several devices at once', () => {
  const events = sent('team', 1)
  expect(new Set(events.map(({ deviceId }) => deviceId)).size).toBeGreaterThanOrEqual(4)
  expect(Math.max(...events.map(({ inFlight }) => inFlight!))).toBeGreaterThan(3)
})

test('a persistent one writes on every day, whatever happens to it', () => {
  const events = sent('persistent', 4)
  expect(share(events, isPage)).toBeGreaterThan(0.7)
  expect(mostWithin(events.filter(isPage), HOUR)).toBeGreaterThanOrEqual(20)
  expect(new Set(events.filter(isPage).map(({ time }) => new Date(time).getUTCDate())).size).toBe(4)
  expect(events.every(({ client }) => clients(chatClients).has(client!))).toBe(true)
})

test('a disguised one does the same with a coding client, its system prompt and its tools', () => {
  const events = sent('disguised', 2)
  expect(share(events, isPage)).toBeGreaterThan(0.7)
  expect(events.every(({ client, input }) => clients(codingClients).has(client!) && input!.system !== undefined)).toBe(
    true,
  )
})

test('a reformed one writes once and codes ever after', () => {
  const events = sent('reformed', 5)
  const last = events.findLastIndex(isPage)
  expect(last).toBe(33)
  expect(events.slice(0, last + 1).every(isPage)).toBe(true)
  expect(events.length).toBeGreaterThan(200)
})

test('a drip never sends twenty requests within an hour, but a hundred a day', () => {
  const events = sent('drip', 4)
  expect(mostWithin(events, HOUR)).toBeLessThan(20)
  expect(mostWithin(events, 24 * HOUR)).toBeGreaterThan(120)
})

test('pages of a conversation come in its order, and conversations repeat only when all are told', () => {
  const events = sent('drip', 4).filter(isPage)
  for (const session of Map.groupBy(events, ({ sessionId }) => sessionId).values()) {
    const told = conversationsEn.find((one) => one.includes(text(session[0]!)))!
    for (const [index, event] of session.entries()) expect(text(event)).toBe(told[index % told.length])
  }
  const openings = [...new Map(events.map((event) => [event.sessionId, event])).values()]
  const first = openings
    .slice(0, conversationsEn.length)
    .map((event) => conversationsEn.findIndex((one) => one.includes(text(event))))
  expect(new Set(first).size).toBe(conversationsEn.length)
})

const said = [0, 1, 2].map((n) => ({ text: `step ${n}`, role: n === 1 ? ('tool' as const) : ('user' as const) }))

test.each(['niche', 'writer', 'cover'] as const)(
  'a %s plays whole sessions, each to its end, with what it brings along',
  (name) => {
    const none = { task: ['t'], tool: ['r'], terse: ['go on'], aside: ['a'], page: [said], work: [said], mixed: [said] }
    const holder = {
      accountId: name,
      persona: personas[name],
      plan: 'pro',
      language: 'en',
      zone: 0,
      prompts: none,
    } as const
    const events = [...simulate({ seed: 5, accounts: [holder], hours: 12, start: START })]
    const sessions = [...Map.groupBy(events, ({ sessionId }) => sessionId).values()]
    expect(sessions.length).toBeGreaterThan(5)
    for (const own of sessions.slice(0, -1))
      expect(own.map(({ input }) => ({ ...input, system: 0, tools: 0 }))).toEqual(
        said.map((one) => ({ ...one, system: 0, tools: 0 })),
      )
  },
)

test('without prompts of its own a niche coder codes, and a cover has a turn of code now and then', () => {
  expect(sent('niche', 2).some(isPage)).toBe(false)
  const pageShare = share(sent('cover', 2), isPage)
  expect(pageShare).toBeGreaterThan(0.6)
  expect(pageShare).toBeLessThan(0.95)
})

test('an occasional one asks a question or two a day, and nothing else', () => {
  const events = sent('occasional', 5)
  expect(events.every((event) => asidesEn.includes(text(event)))).toBe(true)
  expect(mostWithin(events, 12 * HOUR)).toBe(2)
})

test('somebody who falls back has two bursts, with work between and after', () => {
  const pages = sent('twice', 5).map(isPage)
  const changes = pages.filter((page, i) => i > 0 && page !== pages[i - 1]).length
  expect([pages[0], pages.filter(Boolean).length, changes]).toEqual([true, 68, 3])
})
