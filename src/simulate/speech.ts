import type { Activity, Turn } from './persona.ts'
import type { Conversation, Prompts, Said } from './prompts.ts'
import { type Random, weighted } from './random.ts'
import { walk } from './walk.ts'

type Told = 'page' | 'work' | 'mixed'
const isTold = (kind: Turn): kind is Told => kind === 'page' || kind === 'work' || kind === 'mixed'

/**
 * What one seat says: a call of the outer function begins a session, each call of the inner one is a turn of it, undefined at the
 * end of a conversation that is told once.
 */
export function speech(
  prompts: Prompts,
  next: Random,
): (activity: Pick<Activity, 'opens' | 'goesOn' | 'turns'>) => () => Said | undefined {
  const page = walk(prompts.page, next)
  const say = {
    ...{ task: walk(prompts.task, next), tool: walk(prompts.tool, next) },
    ...{ terse: walk(prompts.terse, next), aside: walk(prompts.aside, next) },
  }
  const work = later(() => walk(prompts.work, next))
  const mixed = later(() => walk(prompts.mixed, next))
  return ({ opens, goesOn, turns }) => {
    const own = page()
    const told = {
      page: later(() => inOrder(own, turns === undefined)),
      work: later(() => inOrder(work()(), turns === undefined)),
      mixed: later(() => inOrder(mixed()(), turns === undefined)),
    }
    let turn = 0
    return () => {
      const kind = turn++ === 0 ? opens : weighted(next, goesOn)
      return isTold(kind) ? told[kind]()() : { text: say[kind](), role: kind === 'tool' ? 'tool' : 'user' }
    }
  }
}

/** A conversation goes on in its order and, unless it is told once, round again if the session outlasts it. */
function inOrder(turns: Conversation, once: boolean): () => Said | undefined {
  let turn = 0
  return () => (once ? turns[turn++] : turns[turn++ % turns.length])
}

/** What is made when it is first asked for, so that whoever never asks has no chance spent on it. */
function later<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
