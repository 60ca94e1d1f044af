import { writeFileSync } from 'node:fs'
import { type Part, readOptions } from './options.ts'
import { evaluations } from './parts.ts'
import { settingOnce } from './setting.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

/** Prints the parts that are asked for, each as it is ready; with `json` all of them as one object. */
async function main(args: string[]): Promise<void> {
  const options = readOptions(args)
  const setting = settingOnce(options, say)
  const reports: Partial<Record<Part, unknown>> = {}
  const misses: string[] = []
  for (const part of options.parts) {
    const found = await evaluations[part](options, setting, say)
    reports[part] = found.report
    misses.push(...found.misses.map((one) => JSON.stringify({ part, ...one })))
    if (!options.json) process.stdout.write(`## ${part}\n\n${found.text}\n\n`)
  }
  if (options.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
  if (options.misses !== undefined) writeFileSync(options.misses, `${misses.join('\n')}\n`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
