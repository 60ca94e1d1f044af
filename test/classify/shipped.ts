import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Model, readModel } from '../../src/classify/model.ts'

const path = fileURLToPath(new URL('../../src/classify/weights.bin', import.meta.url))

/** The bytes of the weights that ship. */
export const shippedBytes: Uint8Array = readFileSync(path)

/** The classifier that ships. */
export const shipped: Model = readModel(shippedBytes)
