import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { isCi, shared } from '../../src/config.ts'

/** Whether the folder of data and streams lies where LANEKEEPER_SHARED says, by default beside the checkout. */
export const hasShared: boolean = existsSync(shared())

/** A file of that folder, e.g. `sharedFile('streams/week-a/truth.jsonl')`. */
export const sharedFile = (path: string): string => join(shared(), path)

let isTold = false

/**
 * A `describe` whose tests read the shared folder. Where it is missing they are skipped, with one loud line a test file;
 * with CI=true, where it has to be there, they fail.
 */
export function describeShared(name: string, fn: () => void): void {
  if (hasShared) describe(name, fn)
  else if (isCi()) describe(name, () => test('the shared folder is there', missing))
  else {
    if (!isTold) process.stderr.write(`SKIPPED: ${name}: ${absence()}\n`)
    isTold = true
    describe.skip(name, fn)
  }
}

function missing(): never {
  throw new Error(absence())
}

const absence = () => `there is no folder ${shared()}; put it there or name it in LANEKEEPER_SHARED`
