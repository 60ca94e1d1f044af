import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import type { LedgerEntry } from '../../src/account.ts'
import { fingerprint } from '../../src/classify/fingerprint.ts'
import { decode } from '../../src/decode/decode.ts'
import { engineWith } from '../support/engine.ts'
import { replayed } from '../support/log.ts'
import { lanekeeper } from '../support/run.ts'
import { describeShared, sharedFile } from '../support/shared.ts'
import { genuine, judged, type Truth } from '../support/truth.ts'

const folder = await mkdtemp(join(tmpdir(), 'lanekeeper-streams-'))
afterAll(() => rm(folder, { recursive: true }))

const file = (week: string, name: string) => sharedFile(`streams/${week}/${name}`)
const rows = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row))
const truthOf = async (week: string) => rows<Truth>(await readFile(file(week, 'truth.jsonl'), 'utf8'))
const logOf = async (week: string) =>
  gunzipSync(await readFile(file(week, 'events.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .slice(0, -1)

/** Accounts that did not come out as they must, with what they came to. */
async function misses(week: string, entries: readonly LedgerEntry[]): Promise<string[]> {
  const own = Map.groupBy(entries, ({ accountId }) => accountId)
  return (await truthOf(week)).flatMap((truth) => {
    const { matches, found } = judged(truth, own.get(truth.accountId))
    return matches ? [] : [`${truth.persona} ${truth.accountId}: ${found}`]
  })
}

describeShared('a week of gateway traffic', () => {
  for (const week of ['week-a', 'week-b']) {
    it(`${week}: no genuine account has a violation, at least 97 % of the others come to their truth, and exactly the broken lines are reported`, async () => {
      const out = join(folder, `${week}.ndjson`)
      const { code, stderr } = await lanekeeper(['replay', file(week, 'events.jsonl.gz'), '--out', out, '--json'])
      expect(code).toBe(0)
      const missed = await misses(week, rows(await readFile(out, 'utf8')))
      for (const miss of missed) console.log(`${week} miss: ${miss}`)
      const guilty = (await truthOf(week)).filter(({ persona }) => !genuine.includes(persona) && persona !== 'cover')
      const isOf = (personas: readonly string[]) => (miss: string) => personas.includes(miss.split(' ')[0]!)
      expect(missed.filter(isOf(genuine))).toEqual([])
      expect(
        1 - missed.filter((miss) => !isOf([...genuine, 'cover'])(miss)).length / guilty.length,
      ).toBeGreaterThanOrEqual(0.97)
      const { broken } = JSON.parse(stderr)
      const wrong = (await logOf(week)).flatMap((row, index) => (decode(Buffer.from(row)).refusal ? [index + 1] : []))
      expect(broken.map(({ line }: { line: number }) => line)).toEqual(wrong)
      expect(broken).toHaveLength(JSON.parse(await readFile(file(week, 'meta.json'), 'utf8')).broken)
    })

    it(`${week}: with the true labels as edge scores every account comes to its truth`, async () => {
      const labels = new Map(
        rows<{ id: string; label: string }>(gunzipSync(await readFile(file(week, 'labels.jsonl.gz'))).toString()).map(
          ({ id, label }) => [id, label],
        ),
      )
      const lines = (await logOf(week)).map((row) => {
        const { event } = decode(Buffer.from(row))
        if (!event) return Buffer.from(row)
        const { input, ...rest } = event
        const nonCoding = labels.get(event.id) === 'non_coding' ? 1 : 0
        const score = {
          nonCoding,
          evidence: 1,
          role: input!.role,
          fingerprint: fingerprint(input!.text),
          classifier: 'truth',
        }
        return Buffer.from(JSON.stringify({ ...rest, time: new Date(event.time).toISOString(), score }))
      })
      const { entries } = await replayed(lines, await engineWith())
      expect(await misses(week, entries)).toEqual([])
    })
  }

  it('two runs are equal byte for byte, whether the file is packed or comes through a pipe', async () => {
    const plain = (await logOf('week-a')).join('\n')
    const { code, stdout } = await lanekeeper(['replay', '-'], { input: plain })
    expect(code).toBe(0)
    expect(stdout).toBe(await readFile(join(folder, 'week-a.ndjson'), 'utf8'))
  })

  it('an account has the same entries when the log is sorted by account instead of by arrival', async () => {
    const accountOf = (row: string) => /"accountId": ?"([^"]*)"/.exec(row)?.[1] ?? ''
    const sorted = [...Map.groupBy(await logOf('week-b'), accountOf).values()].reverse().flat()
    const end = (await truthOf('week-b')).length
    expect(end).toBe(200)
    const { entries } = await replayed(
      sorted.map((row) => Buffer.from(row)),
      await engineWith(),
    )
    const own = (list: readonly LedgerEntry[]) => Map.groupBy(list, ({ accountId }) => accountId)
    const before = own(rows<LedgerEntry>(await readFile(join(folder, 'week-b.ndjson'), 'utf8')))
    const after = own(entries)
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
    for (const [account, list] of before) expect(JSON.parse(JSON.stringify(after.get(account)))).toEqual(list)
  })
})
