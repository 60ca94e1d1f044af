import { setTimeout as wait } from 'node:timers/promises'

/** How often a heartbeat is offered; kafkajs sends one when it is due. Milliseconds. */
const BEAT = 500

/** Waits for something, or until it does not matter any more, and keeps the group's session alive meanwhile. */
export async function waitAlive(
  awaited: Promise<void>,
  heartbeat: () => Promise<void>,
  matters: () => boolean,
): Promise<void> {
  let isOver = false
  const over = awaited.then(() => {
    isOver = true
  })
  while (matters()) {
    const beat = new AbortController()
    await Promise.race([over, wait(BEAT, undefined, { signal: beat.signal }).catch(() => {})])
    beat.abort()
    if (isOver) return
    await heartbeat()
  }
}
