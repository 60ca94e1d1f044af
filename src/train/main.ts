import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { shared } from '../config.ts'
import { crossFit } from './crossfit.ts'
import { loadRows, OWN } from './data.ts'
import { evaluate } from './evaluate.ts'
import { judgeAll } from './judge.ts'
import { printable } from './report.ts'
import { train } from './train.ts'

const WEIGHTS = fileURLToPath(new URL('../classify/weights.bin', import.meta.url))
const USAGE = 'usage: node src/train/main.ts train | eval [--json]'

/** `train` writes the weights file; `eval` prints figures on sources, pairs and sessions left out. */
function main(args: string[]): void {
  const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } })
  const [command] = positionals
  if (command !== 'train' && command !== 'eval') throw new Error(USAGE)
  const rows = loadRows(shared(), OWN)
  const crossFitted = crossFit(rows, say)
  if (command === 'train') {
    const bytes = train(rows, crossFitted)
    writeFileSync(WEIGHTS, bytes)
    say(`${WEIGHTS}: ${bytes.length} bytes`)
  } else {
    const report = evaluate(judgeAll(rows, crossFitted))
    process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : printable(report)}\n`)
  }
}

const say = (line: string) => process.stderr.write(`${line}\n`)

try {
  main(process.argv.slice(2))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
