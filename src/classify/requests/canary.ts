import type { Label } from '../label.ts'
import type { Model } from '../model.ts'
import { type Judged, judgeWith } from './judge.ts'
import { isBlank, type Request, readRequest } from './request.ts'

/** A file of requests that coding tools send in genuine work, one a line; none of them may be judged non-coding. */
export interface CanaryFile {
  path: string
  lines: readonly Uint8Array[]
}

/** A line that cannot be read, or that is judged non-coding. */
export interface CanaryProblem {
  file: string
  line: number
  /** the field that is wrong; empty for the whole line */
  path: string
  message: string
}

/** How the requests of one file came out. */
export interface CanaryCounts {
  file: string
  requests: number
  labels: Record<Label, number>
}

/** Labels every line of the canary as the path would; a session lies in one file, its turns in order. */
export function checkCanary(
  files: readonly CanaryFile[],
  model: Model,
): { counts: CanaryCounts[]; problems: CanaryProblem[] } {
  const problems: CanaryProblem[] = []
  const counts = files.map(({ path: file, lines }) => {
    const judge = judgeWith(model)
    const labels: Record<Label, number> = { coding: 0, non_coding: 0, unsure: 0 }
    const tell = (index: number, path: string, message: string) =>
      problems.push({ file, line: index + 1, path, message })
    for (const [index, line] of lines.entries()) {
      if (isBlank(line)) continue
      const { request, refusal } = readRequest(line, true)
      if (!request) {
        tell(index, refusal.path, refusal.reason)
        continue
      }
      const classification = judge(request)
      labels[classification.label]++
      if (classification.label === 'non_coding') tell(index, '', verdict(request, classification))
    }
    return { file, requests: labels.coding + labels.non_coding + labels.unsure, labels }
  })
  return { counts, problems }
}

/** A share of the logit that is not worth the reading. */
const LEAST_WEIGHT = 0.05

/** `"cline-7" of Cline/3.35.0 is judged non_coding: score 0.967, category roleplay: reads as fiction: dialogue (+3.2); no tools (+0.5)` */
function verdict({ id, client }: Request, { label, nonCoding, category, why }: Judged): string {
  const who = `${id === undefined ? 'a request' : JSON.stringify(id)} of ${client ?? 'an unnamed tool'}`
  const weights = why()
    .filter(({ weight }) => Math.abs(weight) >= LEAST_WEIGHT)
    .map(({ name, weight }) => `${name} (${weight < 0 ? '' : '+'}${weight.toFixed(1)})`)
  return `${who} is judged ${label}: score ${nonCoding.toFixed(3)}, category ${category}: ${weights.join('; ')}`
}
