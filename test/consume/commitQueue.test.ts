import { describe, expect, test } from 'vitest'
import type { Taken } from '../../src/consume/commit.ts'
import { CommitQueue, Dropped, type Job, type QueueLimits } from '../../src/consume/commitQueue.ts'
import { START, scored } from '../support/account.ts'

const jobOf = (size: number, id = ''): Job => ({
  events: Array.from({ length: size }, (_, i) => scored('coding', START, { id: `${id}${i}` })),
  size,
})

/** A queue whose commits end when they are told to. */
function queueOf(limits: QueueLimits<Job> = { waiting: 10, commit: 4 }) {
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

  test('ends a commit between jobs that are apart, where it is large enough by then', async () => {
    const areApart = (one: Job, next: Job) => one.events[0]!.id !== next.events[0]!.id
    const { queue, begun, sizes } = queueOf({ waiting: 99, commit: 8, areApart })
    const come = [
      [1, 'a'],
      [1, 'a'],
      [1, 'b'],
      [1, 'b'],
      [3, 'c'],
      [2, 'd'],
      [3, 'd'],
      [4, 'd'],
    ] as const
    const done = come.map(([size, id]) => queue.push(jobOf(size, id)))
    for (let i = 0; i < 4; i++) {
      const eased = queue.eased()
      await begun[i]!.end()
      await eased
    }
    await Promise.all(done)
    expect(sizes()).toEqual([[1], [1, 1, 1, 3], [2, 3], [4]])
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

  describe('of commits that use their turns', () => {
    /** Commits that are ready when they are told to, write in their turn, and end when they are told to. */
    function turnsOf() {
      const made: { ids: string[]; ready(): void; end(error?: Error): void }[] = []
      const writing: string[][] = []
      const queue = new CommitQueue(
        async (jobs: readonly Job[], turn) => {
          const [ready, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
          const ids = jobs.flatMap(({ events }) => events.map(({ id }) => id))
          made.push({ ids, ready: ready.resolve, end: (error) => (error ? ended.reject(error) : ended.resolve()) })
          await ready.promise
          await turn.mine()
          writing.push(ids)
          turn.begun()
          await ended.promise
          return ids.map((): Taken => ({ outcome: 'metered' }))
        },
        { waiting: 10, commit: 1 },
      )
      const push = (id: string) => queue.push(jobOf(1, id))
      return { queue, push, made, writing }
    }
    const settled = () => new Promise((done) => setImmediate(done))

    test('makes one ready while another is written, and writes them in their order', async () => {
      const { queue, push, made, writing } = turnsOf()
      const done = [push('a'), push('b'), push('c')]
      expect(made.map(({ ids }) => ids)).toEqual([['a0']])
      made[0]!.ready()
      await settled()
      expect(made.map(({ ids }) => ids)).toEqual([['a0'], ['b0']])
      made[1]!.ready()
      await settled()
      expect(writing).toEqual([['a0']])
      made[0]!.end()
      await done[0]
      await settled()
      expect(writing).toEqual([['a0'], ['b0']])
      expect(made).toHaveLength(3)
      made[1]!.end()
      made[2]!.ready()
      await settled()
      made[2]!.end()
      await queue.drained()
      expect(writing).toEqual([['a0'], ['b0'], ['c0']])
      await Promise.all(done)
    })

    test('writes none behind one that failed, and goes on with what comes then', async () => {
      const { push, made, writing } = turnsOf()
      const [first, second] = [push('a'), push('b')]
      made[0]!.ready()
      await settled()
      made[1]!.ready()
      made[0]!.end(new Error('lost'))
      await expect(first).rejects.toThrow('lost')
      await expect(second).rejects.toThrow(Dropped)
      const third = push('c')
      await settled()
      made[2]!.ready()
      made[2]!.end()
      await third
      expect(writing).toEqual([['a0'], ['c0']])
    })

    test('gives up one that waits for its turn with all that waits, and lets the one that is written end', async () => {
      const { queue, push, made, writing } = turnsOf()
      const done = [push('a'), push('b'), push('c')]
      made[0]!.ready()
      await settled()
      made[1]!.ready()
      await settled()
      queue.drop()
      await expect(done[2]).rejects.toThrow(Dropped)
      made[0]!.end()
      await done[0]
      await expect(done[1]).rejects.toThrow(Dropped)
      const next = push('d')
      await settled()
      made[2]!.ready()
      made[2]!.end()
      await next
      expect(writing).toEqual([['a0'], ['d0']])
      await queue.drained()
      expect(queue.waiting).toBe(0)
    })
  })
})
