import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { sharedFile } from '../support/shared.ts'

/** The lines of week-a as bytes, unpacked. */
export async function weekA(): Promise<Uint8Array[]> {
  const text = gunzipSync(await readFile(sharedFile('streams/week-a/events.jsonl.gz'))).toString('utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map((row) => Buffer.from(row))
}
