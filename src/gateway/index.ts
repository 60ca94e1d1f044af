import { readModel } from '../classify/model.ts'
import { score } from '../classify/score.ts'

/** One request as the gateway sees it. What is not known is left out; an empty list of tools says something. */
export interface Request {
  /** the last message that a user or a tool sent */
  text: string
  /** who sent it; default user */
  role?: 'user' | 'tool' | undefined
  /** the system prompt */
  system?: string | undefined
  /** names of the tools offered */
  tools?: readonly string[] | undefined
  /** the User-Agent */
  client?: string | undefined
}

/** The `score` of a gateway event. It holds nothing of the text that could be read back. */
export interface Score {
  /** calibrated probability that the request is not about coding, 0 to 1 */
  nonCoding: number
  /** how much the text had to go by, 0 to 1 */
  evidence: number
  role: 'user' | 'tool'
  /** what the request seems to be about; a hint */
  category: string
  /** 16 hex digits of a hash of the folded text, by which distinct texts are counted */
  fingerprint: string
  /** version of the weights */
  classifier: string
}

export interface Scorer {
  /** Version of the weights; it should be that of the server. */
  readonly classifier: string
  /** Scores one request: pure, stateless, some microseconds. A text of any length is read in linear time. */
  score(this: void, request: Request): Score
}

/**
 * Makes a scorer of the bytes of a weights file, packed with gzip or not; without them, of the file in this package, which
 * needs a file system. Rejects with one clear sentence if they are no such file, or damaged.
 */
export async function loadScorer(weights?: Uint8Array): Promise<Scorer> {
  const model = readModel(await unpacked(weights ?? (await shippedWeights())))
  return {
    classifier: model.version,
    score: (request) => {
      if (typeof request?.text !== 'string') throw new TypeError('a request to score needs a text')
      const { nonCoding, evidence, role, category, fingerprint, classifier } = score(request, model)
      return { nonCoding, evidence, role: role!, category: category!, fingerprint: fingerprint!, classifier }
    },
  }
}

/** Loaded only when asked for, so that the rest runs where there is no Node. */
async function shippedWeights(): Promise<Uint8Array> {
  const path = new URL('../classify/weights.bin', import.meta.url)
  try {
    const { readFile } = await import('node:fs/promises')
    return await readFile(path)
  } catch (cause) {
    throw new Error(`the weights file cannot be read: ${path} (or give its bytes to loadScorer)`, { cause })
  }
}

/** The package holds its weights packed, so that code and weights together stay below 2.5 MB. */
async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'))
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch (cause) {
    throw new Error('the weights file is damaged or cut off: it cannot be unpacked', { cause })
  }
}
