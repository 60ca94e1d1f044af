import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { shared } from '../config.ts'
import { crossFit } from './crossfit.ts'
import { loadRows, OWN } from './data.ts'
import { train } from './train.ts'

const WEIGHTS = fileURLToPath(new URL('../classify/weights.bin', import.meta.url))

const say = (line: string) => process.stderr.write(`${line}\n`)

/** Writes the weights file. */
try {
  const rows = loadRows(shared(), OWN)
  const bytes = train(rows, crossFit(rows, say))
  writeFileSync(WEIGHTS, bytes)
  say(`${WEIGHTS}: ${bytes.length} bytes`)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
