import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type CanaryCounts, type CanaryFile, type CanaryProblem, checkCanary } from '../classify/requests/canary.ts'
import { lines } from '../decode/lines.ts'
import { openInput } from './inputFile.ts'
import { loadModel } from './loadModel.ts'
import { demandFolder } from './rulesFolder.ts'

const FOLDER = 'canary'

/** What the canary of a rules folder came to under the model that ships; without a canary nothing is loaded. */
export async function judgeCanary(folder: string): Promise<{ counts: CanaryCounts[]; problems: CanaryProblem[] }> {
  const files = await readCanary(folder)
  return files.length === 0 ? { counts: [], problems: [] } : checkCanary(files, await loadModel())
}

async function readCanary(folder: string): Promise<CanaryFile[]> {
  const canary = join(folder, FOLDER)
  if (!existsSync(canary)) return []
  demandFolder(canary)
  const names = await readdir(canary, { recursive: true })
  const found = names.filter((name) => name.endsWith('.jsonl')).sort()
  return Promise.all(
    found.map(async (name) => ({
      path: `${FOLDER}/${name.split(sep).join('/')}`,
      lines: await linesOf(join(canary, name)),
    })),
  )
}

async function linesOf(path: string): Promise<Uint8Array[]> {
  const { bytes } = await openInput(path)
  const all: Uint8Array[] = []
  for await (const line of lines(bytes)) all.push(line)
  return all
}

/** All files together, for a person. */
export function canaryLine(folder: string, counts: readonly CanaryCounts[]): string {
  const sum = (of: (counts: CanaryCounts) => number) => counts.reduce((total, one) => total + of(one), 0)
  const [requests, unsure] = [sum((one) => one.requests), sum(({ labels }) => labels.unsure)]
  if (requests === 0) return `${folder}: no canary`
  return `${join(folder, FOLDER)}: ${requests} requests of coding tools in ${counts.length} files, none judged non-coding, ${unsure} unsure`
}
