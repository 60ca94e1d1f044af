import { blockShapes } from './blocks.ts'
import { CONTEXT_BITS } from './context.ts'
import { hash64, hex16 } from './hash.ts'
import type { Trees } from './trees.ts'

/** Weights in 8 bits: a weight is its integer times `unit`. */
export interface Table {
  weights: Int8Array
  unit: number
}

/** The numbers of a model that are no tables; they stand as JSON in the file. */
export interface Parameters {
  /** text logit = slope × (bias + blocks) + intercept, calibrated (Platt 1999) */
  text: { bias: number; slope: number; intercept: number; units: number[] }
  /** trees over `wrappedFeatures` that correct the logit of a text that has a wrapper */
  wrapped: Trees
  /** the context's logit is bounded by ±limit */
  context: { unit: number; limit: number }
  /** per role (user, tool): the weights of the linear session features, the constant first; and trees that correct their sum */
  session: { user: number[]; tool: number[]; trees: Trees }
  /** probabilities: at or above `nonCoding` a turn is non-coding, at or below `coding` coding, else unsure */
  thresholds: {
    alone: { coding: number; nonCoding: number }
    /** below so much evidence of text and session together (`against`) no turn of a session is non-coding */
    session: { coding: number; nonCoding: number; against: number }
    /** below so much evidence of text and session together the label is unsure */
    evidence: number
  }
  /** the first `coding` of the names are about coding; one bias a name; the table holds one row of names a word hash */
  category: { names: string[]; coding: number; bits: number; unit: number; biases: number[] }
}

/** Everything that scoring and labelling know. */
export interface Model extends Parameters {
  /** e.g. `blocks4-3f9c2a7be0114d58`: layout and content hash of the weights */
  version: string
  tables: { blocks: Int8Array[]; context: Int8Array; category: Int8Array }
}

/**
 * File: 8 bytes magic `LANEKEEP`, u32 format, u32 length of the parameters, 8 bytes hash of all that follows, parameters
 * as JSON (UTF-8, padded with blanks), then the tables: five blocks, context, category. Little-endian.
 */
const MAGIC = 'LANEKEEP'
const FORMAT = 4
const HEADER = 24

const categoryLength = ({ category }: Parameters) => category.names.length << category.bits

function tableLengths(parameters: Parameters): number[] {
  return [...blockShapes.map(({ bits }) => 1 << bits), 1 << CONTEXT_BITS, categoryLength(parameters)]
}

/** Reads a weights file; throws an Error with one clear sentence when it is not one, or damaged. */
export function readModel(bytes: Uint8Array): Model {
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC) throw new Error('the weights file is not a Lanekeeper classifier: its first bytes are wrong')
  if (bytes.length < HEADER) throw new Error('the weights file is cut off: its header is incomplete')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const format = view.getUint32(8, true)
  if (format !== FORMAT) throw new Error(`the weights file has format ${format}, this program reads format ${FORMAT}`)
  const start = HEADER + view.getUint32(12, true)
  if (start > bytes.length) throw new Error('the weights file is cut off: its parameters are incomplete')
  const hash = hash64(bytes, HEADER, bytes.length)
  if (hash[0] !== view.getUint32(16, true) || hash[1] !== view.getUint32(20, true))
    throw new Error('the weights file is damaged or cut off: its checksum does not match its content')
  const parameters = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER, start))) as Parameters
  const lengths = tableLengths(parameters)
  const expected = lengths.reduce((sum, length) => sum + length, start)
  if (expected !== bytes.length)
    throw new Error(`the weights file does not fit this program: ${bytes.length} bytes where ${expected} are expected`)
  let at = start
  const tables = lengths.map((length) => {
    at += length
    return new Int8Array(bytes.buffer, bytes.byteOffset + at - length, length)
  })
  const blocks = tables.slice(0, blockShapes.length)
  const [context, category] = tables.slice(blockShapes.length)
  const version = `blocks${FORMAT}-${hex16(hash)}`
  return { ...parameters, version, tables: { blocks, context: context!, category: category! } }
}

/** The bytes of a weights file. `readModel(writeModel(model))` equals `model` but for its version, which follows the content. */
export function writeModel({
  text,
  wrapped,
  context,
  session,
  thresholds,
  category,
  tables,
}: Omit<Model, 'version'>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ text, wrapped, context, session, thresholds, category }))
  const parts = [...tables.blocks, tables.context, tables.category]
  const start = HEADER + Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, start)).fill(0x20, HEADER, start)
  bytes.set(new TextEncoder().encode(MAGIC))
  bytes.set(json, HEADER)
  let at = start
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.length), at)
    at += part.length
  }
  const view = new DataView(bytes.buffer)
  view.setUint32(8, FORMAT, true)
  view.setUint32(12, start - HEADER, true)
  const [high, low] = hash64(bytes, HEADER, bytes.length)
  view.setUint32(16, high, true)
  view.setUint32(20, low, true)
  return bytes
}
