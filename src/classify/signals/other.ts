import { disguises } from './disguise.ts'
import { everyday } from './everyday.ts'
import { fictions } from './fiction.ts'
import type { Kind } from './sample.ts'
import { writings } from './writing.ts'

/** The kinds of text that are not about software, and what shows them. */
export const kinds: readonly Kind[] = [...disguises, ...fictions, ...writings, ...everyday]
