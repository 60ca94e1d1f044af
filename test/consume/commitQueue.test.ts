import { describe, expect, test } from 'vitest'
import type { Taken } from '../../src/consume/commit.ts'
import { CommitQueue, Dropped, type Job } from '../../src/consume/commitQueue.ts'
import { START, scored } from '../support/account.ts'

const jobOf = (size: number, id = ''): Job => ({
  events: Array.from({ length: size }, (_, i) => scored('coding', START, { id: `${id}${i}` })),
  size,
})

/** A queue whose commits end when they are told to. */
function queueOf(limits = { waiting: 10, commit: 4 }) {
  const begun: { sizes: number[]; end(error?: Error): Promise<void> }[] = []
  const queue = new CommitQueue((jobs: readonly Job[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<Taken[]>()
    const taken = jobs.flatMap(({ events }) => events.map((): Taken => ({ outcome: 'metered' })))
    begun.push({
      sizes: jobs.map(({ size }) => size),
      async end(error) {
        if (error) reject(error)
        else resolve(taken)
        await Promise.allSettled([promise])
      },
    })
    return promise
  }, limits)
  return { queue, begun, sizes: () => begun.map((one) => one.sizes) }
}

describe('the queue of commits', () => {
  test('takes together what came while a commit ran, up to its limit, and one job whatever its size', async () => {
    const { queue, begun, sizes } = queueOf()
    const done = [1, 2, 2, 1, 6].map((size) => queue.push(jobOf(size)))
    expect(queue.waiting).toBe(12)
    for (let i = 0; i < 4; i++) {
      const eased = queue.eased()
      await begun[i]!.end()
      await eased
    }
    expect((await Promise.all(done)).map(({ length }) => length)).toEqual([1, 2, 2, 1, 6])
    expect(sizes()).toEqual([[1], [2, 2], [1], [6]])
    await queue.drained()
    expect(queue.waiting).toBe(0)
  })

  test('has room for one job when it is empty, and for no more than its limit when it is not', () => {
    const { queue } = queueOf()
    expect(queue.hasRoomFor(99)).toBe(true)
    void queue.push(jobOf(8))
    expect([queue.hasRoomFor(2), queue.hasRoomFor(3)]).toEqual([true, false])
  })

  test('fails the jobs of a commit that fails, and goes on with the next ones', async () => {
    const { queue, begun } = queueOf({ waiting: 10, commit: 1 })
    const [first, second] = [queue.push(jobOf(1)), queue.push(jobOf(1))]
    const eased = queue.eased()
    await begun[0]!.end(new Error('no'))
    await expect(first).rejects.toThrow('no')
    await eased
    await begun[1]!.end()
    expect(await second).toHaveLength(1)
  })

  test('drops what waits and not what is being committed', async () => {
    const { queue, begun } = queueOf()
    const [first, second] = [queue.push(jobOf(1)), queue.push(jobOf(5))]
    queue.drop()
    await expect(second).rejects.toThrow(Dropped)
    expect(queue.waiting).toBe(1)
    await begun[0]!.end()
    expect(await first).toHaveLength(1)
    await queue.drained()
    expect(begun).toHaveLength(1)
  })
})
