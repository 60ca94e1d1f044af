import { fold } from './fold.ts'
import { hash64, hex16 } from './hash.ts'

/** 16 hex digits that are equal for texts which differ in case or blanks only, and tell nothing about the text. */
export function fingerprint(text: string): string {
  const folded = fold(text)
  return hex16(hash64(folded.codes, 0, folded.length))
}
