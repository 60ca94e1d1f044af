import { chatClients, codingClients } from './clients.ts'
import type { Activity, Persona } from './persona.ts'

/** Work with a coding agent: a task, then mostly answers of its tools. */
const coding: Activity = {
  clients: codingClients,
  opens: 'task',
  goesOn: { task: 3, tool: 6, terse: 2 },
  turns: [6, 40],
  gap: [8, 90],
  pause: [4, 60],
}

const office = { plans: ['lite', 'pro', 'max'], seats: [1, 1], hours: [9, 18], weekends: false } as const
const evenings = { plans: ['lite', 'pro'], seats: [1, 1], hours: [8, 24], weekends: true } as const

/** One conversation after the other: a page is asked for, read, and the next one asked for. */
const writing: Activity = {
  clients: chatClients,
  opens: 'page',
  goesOn: { page: 16, terse: 3, task: 1 },
  turns: [9, 11],
  gap: [45, 110],
  pause: [2, 10],
}

/** Whole sessions of one kind, one after the other, each to its end. */
const wholeSessions = (kind: 'work' | 'page' | 'mixed') =>
  ({ clients: codingClients, opens: kind, goesOn: { [kind]: 1 }, gap: [20, 110], pause: [4, 30] }) satisfies Activity

/** Every kind of account that is simulated. */
export const personas = {
  coder: {
    ...office,
    description: 'codes with a coding client',
    genuine: true,
    activities: [coding],
  },
  chatty: {
    ...office,
    description: 'codes, and asks about dinner in between',
    genuine: true,
    activities: [{ ...coding, goesOn: { task: 4, tool: 5, terse: 2, aside: 2 }, gap: [15, 120] }],
  },
  terse: {
    ...office,
    description: 'says little but "continue" while an agent codes',
    genuine: true,
    activities: [{ ...coding, goesOn: { task: 1, tool: 1, terse: 8 }, gap: [15, 120] }],
  },
  loop: {
    ...office,
    description: 'runs an agent that gets stuck and repeats one prompt',
    genuine: true,
    hours: [7, 23],
    activities: [{ ...coding, stuck: { chance: 0.3, repeats: [40, 120], gap: [4, 9] } }],
  },
  team: {
    ...office,
    description: 'runs many coding agents at once',
    genuine: true,
    plans: ['max'],
    seats: [4, 6],
    hours: [6, 23],
    activities: [{ ...coding, gap: [6, 60], pause: [1, 30] }],
  },
  persistent: {
    ...evenings,
    description: 'has novels and speeches written in a chat client, and never stops',
    genuine: false,
    activities: [writing],
  },
  disguised: {
    ...evenings,
    description: 'does the same behind a coding client',
    genuine: false,
    activities: [{ ...writing, clients: codingClients }],
  },
  reformed: {
    ...office,
    description: 'has one burst of writing, then codes',
    genuine: false,
    activities: [
      { ...writing, goesOn: { page: 1 }, requests: 34, gap: [30, 80] },
      { ...coding, pause: [4, 30] },
    ],
  },
  evaluator: {
    ...office,
    description: 'tries out the prompts of a story app that she builds',
    genuine: false,
    appeal: 'These are the test prompts of a story app that I build; its repository is public.',
    activities: [
      { ...writing, clients: codingClients, goesOn: { page: 1 }, requests: 34, gap: [30, 80] },
      { ...coding, pause: [4, 30] },
    ],
  },
  drip: {
    ...evenings,
    description: 'asks for a few pages an hour, all day long',
    genuine: false,
    activities: [{ ...writing, goesOn: { page: 1 }, gap: [190, 300], pause: [4, 8] }],
  },
  niche: {
    ...office,
    description: 'codes on one thing, session after session',
    genuine: true,
    activities: [wholeSessions('work')],
  },
  occasional: {
    ...office,
    description: 'asks two questions a day that have nothing to do with code',
    genuine: true,
    activities: [
      { ...writing, opens: 'aside', goesOn: { aside: 1 }, turns: [2, 2], gap: [30, 400], pause: [1200, 1500] },
    ],
  },
  twice: {
    ...office,
    description: 'has two bursts of writing hours apart, then codes',
    genuine: false,
    activities: [
      { ...writing, goesOn: { page: 1 }, requests: 34, gap: [30, 80] },
      { ...coding, pause: [4, 30], requests: 120 },
      { ...writing, goesOn: { page: 1 }, requests: 34, gap: [30, 80] },
      { ...coding, pause: [4, 30] },
    ],
  },
  writer: {
    ...evenings,
    description: 'has whole books written by a coding agent',
    genuine: false,
    activities: [wholeSessions('page')],
  },
  cover: {
    ...evenings,
    description: 'does the same, with a turn of code now and then',
    genuine: false,
    activities: [wholeSessions('mixed')],
  },
} as const satisfies { [name: string]: Persona }

export type PersonaName = keyof typeof personas
