import type { Label } from '../../classify/label.ts'

export type LabelCounts = Record<Label, number>

export const LABELS = ['coding', 'non_coding', 'unsure'] as const satisfies readonly Label[]
export const LABEL_NAMES: Record<Label, string> = { coding: 'coding', non_coding: 'non-coding', unsure: 'unsure' }

const MINUTES = 60

/** Requests by label: of the last simulated hour, of every whole hour so far, and altogether. */
export class DemoTraffic {
  readonly total: LabelCounts = none()
  readonly lastHour: LabelCounts = none()
  readonly hours: LabelCounts[] = []
  readonly #minutes: LabelCounts[] = []
  #minute = 0

  /** One more minute. */
  add(labels: LabelCounts): void {
    const left = this.#minutes[this.#minute % MINUTES] ?? none()
    this.#minutes[this.#minute % MINUTES] = labels
    for (const label of LABELS) {
      this.total[label] += labels[label]
      this.lastHour[label] += labels[label] - left[label]
    }
    if (++this.#minute % MINUTES === 0) this.hours.push({ ...this.lastHour })
  }
}

export const sum = (counts: LabelCounts): number => counts.coding + counts.non_coding + counts.unsure

const none = (): LabelCounts => ({ coding: 0, non_coding: 0, unsure: 0 })
