import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Model, readModel } from '../classify/model.ts'
import { LanekeeperError } from '../errors.ts'

/** The classifier's weights that come with the package. */
export async function loadModel(): Promise<Model> {
  const path = fileURLToPath(new URL('../classify/weights.bin', import.meta.url))
  try {
    return readModel(await readFile(path))
  } catch (error) {
    throw new LanekeeperError('model_invalid', `${path}: ${(error as Error).message}`, 'Install the package anew.', {
      cause: error,
    })
  }
}
