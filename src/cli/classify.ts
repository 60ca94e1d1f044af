import type { Command } from 'commander'
import { judgeWith } from '../classify/requests/judge.ts'
import { isBlank, readRequest } from '../classify/requests/request.ts'
import { lines } from '../decode/lines.ts'
import { EXIT } from '../errors.ts'
import { openInput } from './inputFile.ts'
import { loadModel } from './loadModel.ts'
import { tell } from './output.ts'
import { openOutput } from './outputFile.ts'
import { brokenLine } from './summary.ts'

/** `lanekeeper classify [file]` */
export function addClassify(program: Command): void {
  program
    .command('classify')
    .description('label requests, JSONL in and JSONL out; lines of one sessionId are turns in order')
    .argument('[file]', 'one request a line, gzip or not; - for stdin', '-')
    .option('--out <file>', 'write there instead of stdout')
    .option('--json', 'the output is JSON either way')
    .action(classify)
}

async function classify(file: string, options: { out?: string }): Promise<void> {
  const input = await openInput(file)
  const judge = judgeWith(await loadModel())
  const output = await openOutput(options.out, file)
  let line = 0
  for await (const bytes of lines(input.bytes)) {
    line++
    if (isBlank(bytes)) continue
    const { request, refusal } = readRequest(bytes)
    if (request) {
      const { nonCoding: score, label, confidence, category, why } = judge(request)
      const { id } = request
      await output.line(
        JSON.stringify({ ...(id === undefined ? {} : { id }), label, confidence, category, score, signals: why() }),
      )
    } else {
      tell(brokenLine(input.name, line, refusal))
      process.exitCode = EXIT.failed
    }
  }
  await output.close()
}
