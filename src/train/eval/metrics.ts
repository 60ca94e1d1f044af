/** One judged case: a score, the truth (1 = non-coding), and how much it counts. */
export interface Case {
  score: number
  target: 0 | 1
  weight: number
}

/** Area under the ROC curve: the chance that a non-coding case scores above a coding one; NaN without both. */
export function auc(cases: readonly Case[]): number {
  const sorted = cases.toSorted((a, b) => a.score - b.score)
  let negatives = 0
  let positives = 0
  let area = 0
  for (let i = 0; i < sorted.length; ) {
    let [tiedNegative, tiedPositive] = [0, 0]
    const { score } = sorted[i]!
    for (; i < sorted.length && sorted[i]!.score === score; i++) {
      if (sorted[i]!.target === 1) tiedPositive += sorted[i]!.weight
      else tiedNegative += sorted[i]!.weight
    }
    area += tiedPositive * (negatives + tiedNegative / 2)
    negatives += tiedNegative
    positives += tiedPositive
  }
  return area / (negatives * positives)
}

/** Share of the coding cases at or above the score that `recall` of the non-coding cases reach. */
export function falseAlarmsAt(cases: readonly Case[], recall: number): number {
  const sorted = cases.toSorted((a, b) => b.score - a.score)
  const total = (target: 0 | 1) => sorted.reduce((sum, c) => sum + (c.target === target ? c.weight : 0), 0)
  const [coding, nonCoding] = [total(0), total(1)]
  let [alarms, found] = [0, 0]
  for (const { target, weight } of sorted) {
    if (target === 1) found += weight
    else alarms += weight
    if (found >= recall * nonCoding) break
  }
  return alarms / coding
}

/** Expected calibration error over ten equal bins of probability (Guo et al. 2017). */
export function calibrationError(cases: readonly Case[]): number {
  const bins = Array.from({ length: 10 }, () => ({ weight: 0, score: 0, target: 0 }))
  for (const { score, target, weight } of cases) {
    const bin = bins[Math.min(9, Math.floor(score * 10))]!
    bin.weight += weight
    bin.score += weight * score
    bin.target += weight * target
  }
  const total = bins.reduce((sum, { weight }) => sum + weight, 0)
  return bins.reduce((sum, bin) => sum + Math.abs(bin.score - bin.target), 0) / total
}

/** Share of the non-coding cases that score above all but `falseAlarms` of the coding cases. */
export function recallAt(cases: readonly Case[], falseAlarms: number): number {
  const sorted = cases.toSorted((a, b) => b.score - a.score)
  const total = (target: 0 | 1) => sorted.reduce((sum, c) => sum + (c.target === target ? c.weight : 0), 0)
  const [coding, nonCoding] = [total(0), total(1)]
  let [alarms, found, reached] = [0, 0, 0]
  for (let i = 0; i < sorted.length; ) {
    const { score } = sorted[i]!
    for (; i < sorted.length && sorted[i]!.score === score; i++) {
      if (sorted[i]!.target === 1) found += sorted[i]!.weight
      else alarms += sorted[i]!.weight
    }
    if (alarms > falseAlarms * coding) break
    reached = found
  }
  return reached / nonCoding
}
