import { disguises } from './disguise.ts'
import { everyday } from './everyday.ts'
import { fictions } from './fiction.ts'
import type { Detector } from './sample.ts'
import { writings } from './writing.ts'

/** A kind of text that is not about software, as far as its details show it. */
export interface Kind {
  name: string
  details: readonly Detector[]
}

/** The kinds of text that are not about software, and what shows them. */
export const kinds: readonly Kind[] = [...disguises, ...fictions, ...writings, ...everyday]
