import type { Label } from '../../../classify/label.ts'

export type LabelCounts = Record<Label, number>

export const LABELS = ['coding', 'non_coding', 'unsure'] as const satisfies readonly Label[]
export const LABEL_NAMES: Record<Label, string> = { coding: 'coding', non_coding: 'non-coding', unsure: 'unsure' }

/** Requests by label: of the last simulated hour, of every whole hour so far, and altogether. */
export class DemoTraffic {
  readonly total: LabelCounts = none()
  readonly lastHour: LabelCounts = none()
  readonly hours: LabelCounts[] = []
  readonly #stretches: LabelCounts[] = []
  readonly #anHour: number
  #count = 0

  /** `anHour`: how many stretches make an hour. */
  constructor(anHour: number) {
    this.#anHour = anHour
  }

  /** One more stretch. */
  add(labels: LabelCounts): void {
    const place = this.#count % this.#anHour
    const left = this.#stretches[place] ?? none()
    this.#stretches[place] = labels
    for (const label of LABELS) {
      this.total[label] += labels[label]
      this.lastHour[label] += labels[label] - left[label]
    }
    if (++this.#count % this.#anHour === 0) this.hours.push({ ...this.lastHour })
  }
}

export const sum = (counts: LabelCounts): number => counts.coding + counts.non_coding + counts.unsure

const none = (): LabelCounts => ({ coding: 0, non_coding: 0, unsure: 0 })
