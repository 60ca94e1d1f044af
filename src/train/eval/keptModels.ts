import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Model, readModel } from '../../classify/model.ts'
import { packaged } from '../../config.ts'
import type { Row } from '../data.ts'
import { foldCount } from '../folds.ts'

/** Where tools of an installed project keep what they can make again. */
const KEPT = packaged('node_modules/.cache/lanekeeper')
/** What a model is made of besides the rows. */
const CODE = ['src/classify/**/*.ts', 'src/train/*.ts']

/**
 * The left-out models of these rows, one a fold: those of the last run if neither rows nor code have changed since, else made
 * anew by `make`, which gives the bytes of each, and kept.
 */
export function keptModels(rows: readonly Row[], folds: Uint8Array, make: () => Uint8Array[], folder = KEPT): Model[] {
  const paths = Array.from({ length: foldCount(folds) }, (_, fold) => join(folder, `fold-${fold + 1}.bin`))
  const keyPath = join(folder, 'key')
  const key = keyOf(rows, folds)
  if (existsSync(keyPath) && readFileSync(keyPath, 'utf8') === key)
    return paths.map((path) => readModel(readFileSync(path)))
  const made = make()
  mkdirSync(folder, { recursive: true })
  writeFileSync(keyPath, '') // so that a run that is broken off leaves nothing that looks whole
  paths.forEach((path, fold) => {
    writeFileSync(path, made[fold]!)
  })
  writeFileSync(keyPath, key)
  return made.map(readModel)
}

function keyOf(rows: readonly Row[], folds: Uint8Array): string {
  const hash = createHash('sha256').update(folds)
  for (const row of rows) hash.update(JSON.stringify(row))
  for (const path of CODE.flatMap((glob) => globSync(glob, { cwd: packaged('.') })).sort())
    hash.update(path).update(readFileSync(packaged(path)))
  return hash.digest('hex')
}
