import type { Command } from 'commander'
import { z } from 'zod'
import { label } from '../classify/label.ts'
import { initialSessions } from '../classify/memory.ts'
import type { Model } from '../classify/model.ts'
import { score } from '../classify/score.ts'
import type { Refusal } from '../decode/decode.ts'
import { lines } from '../decode/lines.ts'
import { EXIT } from '../errors.ts'
import { openInput } from './inputFile.ts'
import { loadModel } from './loadModel.ts'
import { tell } from './output.ts'
import { openOutput } from './outputFile.ts'
import { brokenLine } from './summary.ts'

const SPACE = 32
const utf8 = new TextDecoder('utf-8', { fatal: true })

const request = z.object({
  id: z.string().optional(),
  text: z.string(),
  role: z.enum(['user', 'tool']).optional(),
  system: z.string().optional(),
  tools: z.array(z.string()).optional(),
  client: z.string().optional(),
  sessionId: z.string().optional(),
})
type Request = z.infer<typeof request>

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
    if (bytes.every((byte) => byte <= SPACE)) continue
    const read = parse(bytes)
    if (read.request) await output.line(JSON.stringify(judge(read.request)))
    else {
      tell(brokenLine(input.name, line, read.refusal))
      process.exitCode = EXIT.failed
    }
  }
  await output.close()
}

function parse(bytes: Uint8Array): { request: Request } | { request?: undefined; refusal: Refusal } {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch {
    return { refusal: { path: '', reason: 'is not JSON in UTF-8' } }
  }
  const read = request.safeParse(value)
  if (read.success) return { request: read.data }
  const { path = [], message = '' } = read.error.issues[0] ?? {}
  return { refusal: { path: path.join('.'), reason: message.charAt(0).toLowerCase() + message.slice(1) } }
}

/** Every session has a memory of its own here, so that a file of many sessions is judged turn by turn however they interleave. */
function judgeWith(model: Model) {
  const memories = new Map<string, Uint8Array>()
  let turn = 0
  return ({ id, sessionId, ...input }: Request) => {
    const memory = (sessionId === undefined ? undefined : memories.get(sessionId)) ?? initialSessions
    const { classification, sessions } = label(score(input, model), sessionId, turn++ * 1000, memory, model)
    if (sessionId !== undefined) memories.set(sessionId, sessions)
    const { nonCoding, ...rest } = classification
    return { ...(id === undefined ? {} : { id }), ...rest, score: nonCoding }
  }
}
