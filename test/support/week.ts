import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { expect } from 'vitest'
import { decode } from '../../src/decode/decode.ts'
import { engineWith } from './engine.ts'
import { byAccount, replayed } from './log.ts'
import { linesOf } from './run.ts'
import type { Server } from './server.ts'
import { sharedFile } from './shared.ts'
import type { Truth } from './truth.ts'

/** How many accounts of each persona a part of the week follows from its first day to its last. */
const FOLLOWED: Record<string, number> = { twice: 4, reformed: 2, persistent: 1, occasional: 2 }
/** Almost an hour in which everybody is at work, by lines. */
const RUSH = { from: 26_000, to: 30_000 }

/** The log of week-a. */
export const weekA = async (): Promise<string[]> =>
  gunzipSync(await readFile(sharedFile('streams/week-a/events.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n')

/** The lines of week-a in which everybody is at work at once. */
export const rushHour = async (): Promise<string[]> => (await weekA()).slice(RUSH.from, RUSH.to)

/**
 * A part of week-a that has all of it: a few accounts throttled, suspended, eased, restored and banned over the whole week, broken
 * lines, copies, somebody who falls silent while suspended, and everybody's rush hour.
 */
export async function partOfWeek(): Promise<string[]> {
  const truth = (await readFile(sharedFile('streams/week-a/truth.jsonl'), 'utf8')).trimEnd().split('\n')
  const byPersona = Map.groupBy(
    truth.map((line) => JSON.parse(line) as Truth),
    ({ persona }) => persona,
  )
  const followed = new Set(
    Object.entries(FOLLOWED).flatMap(([persona, most]) =>
      byPersona
        .get(persona)!
        .slice(0, most)
        .map(({ accountId }) => accountId),
    ),
  )
  return withSilence(
    (await weekA()).filter((line, index) => {
      const { event } = decode(Buffer.from(line))
      return !event || followed.has(event.accountId) || (index >= RUSH.from && index < RUSH.to)
    }),
  )
}

/** The first account that is suspended falls silent then, so that nothing but time can end its suspension. */
async function withSilence(log: readonly string[]): Promise<string[]> {
  const { entries } = await replay(log)
  const { accountId: silent, at } = entries.find(
    (entry) => entry.type === 'RestrictionImposed' && entry.restriction.kind === 'suspension',
  )!
  return log.filter((line) => {
    const { event } = decode(Buffer.from(line))
    return event?.accountId !== silent || event.time <= Date.parse(at)
  })
}

const replay = async (log: readonly string[]) =>
  replayed(
    log.map((line) => Buffer.from(line)),
    await engineWith(),
  )

/** Waits until the ledger is, account by account and byte for byte, that of a replay of the log, and has it audited; its entries. */
export async function expectReplayed(server: Server, log: readonly string[]): Promise<string[]> {
  const { entries } = await replay(log)
  const expected = Object.values(byAccount(entries))
    .flat()
    .map((entry) => canonicalize(entry)!)
  expect(expected.length).toBeGreaterThan(0)
  const exported = async () => linesOf((await server.run('ledger', 'export')).stdout)
  await expect.poll(exported, { timeout: 60_000, interval: 500 }).toEqual(expected)
  expect((await server.run('audit', 'verify')).stdout).toContain('0 findings')
  return expected
}
