import type { Row } from './data.ts'
import { random } from './random.ts'

/** Number of folds of every cross-fitting, unless each source is a fold of its own. */
export const FOLDS = 5

/**
 * The fold of every row: whole groups only (sources, pairs, sessions), groups dealt out by size so that each fold gets
 * about as many rows of each file and label. The sources of train.jsonl go largest first to the fold that has least.
 */
export function foldsOf(rows: readonly Row[]): Uint8Array {
  const sizes = new Map<string, { key: string; from: string; counts: [number, number] }>()
  for (const row of rows) {
    const key = `${row.from} ${row.group}`
    const group = sizes.get(key) ?? { key, from: row.from, counts: [0, 0] as [number, number] }
    group.counts[row.target]++
    sizes.set(key, group)
  }
  const next = random(7)
  const groups = [...sizes.values()].map((group) => ({ ...group, tie: next() }))
  groups.sort((a, b) => b.counts[0] + b.counts[1] - a.counts[0] - a.counts[1] || a.tie - b.tie)
  const filled = new Map<string, [number, number][]>()
  const foldOf = new Map<string, number>()
  for (const { key, from, counts } of groups) {
    const loads = filled.get(from) ?? Array.from({ length: FOLDS }, () => [0, 0] as [number, number])
    filled.set(from, loads)
    const cost = (fold: number) =>
      (loads[fold]![0] + counts[0]) ** 2 +
      (loads[fold]![1] + counts[1]) ** 2 -
      loads[fold]![0] ** 2 -
      loads[fold]![1] ** 2
    let best = 0
    for (let fold = 1; fold < FOLDS; fold++) if (cost(fold) < cost(best)) best = fold
    loads[best]![0] += counts[0]
    loads[best]![1] += counts[1]
    foldOf.set(key, best)
  }
  return Uint8Array.from(rows, (row) => foldOf.get(`${row.from} ${row.group}`)!)
}

/** A finer division: each source of train.jsonl is a fold of its own; pairs and sessions are dealt out among these. */
export function foldPerSource(rows: readonly Row[]): Uint8Array {
  const sources = [...new Set(rows.flatMap(({ from, group }) => (from === 'train' ? [group] : [])))].sort()
  const places = new Map(sources.map((source, place) => [`train ${source}`, place]))
  let next = 0
  return Uint8Array.from(rows, ({ from, group }) => {
    const key = `${from} ${group}`
    const place = places.get(key) ?? next++ % sources.length
    places.set(key, place)
    return place
  })
}

/** How many folds rows were divided into. */
export const foldCount = (folds: Uint8Array): number => folds.reduce((most, fold) => Math.max(most, fold + 1), 0)
