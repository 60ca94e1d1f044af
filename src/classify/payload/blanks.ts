import { BLANK, unitClass } from '../fold.ts'

export const isBlank = (text: string, at: number): boolean => unitClass[text.charCodeAt(at)] === BLANK

/** The first place from `from` on that is no blank, `to` at most. */
export function skip(text: string, from: number, to: number): number {
  let at = from
  while (at < to && isBlank(text, at)) at++
  return at
}

/** The end of what stands before the blanks that end at `to`, `from` at least. */
export function backTo(text: string, to: number, from: number): number {
  let at = to
  while (at > from && isBlank(text, at - 1)) at--
  return at
}
