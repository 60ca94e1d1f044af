import { backTo, skip } from './blanks.ts'
import { type PieceKind, piece } from './pieces.ts'

/** A comment, docstring or template that may go on over lines: where it ends, -1 for none. */
export interface Block {
  end: number
  closer: number
  kind: PieceKind
}

export const block: Block = { end: -1, closer: 0, kind: 'comment' }

const UNCLOSED_TO_THE_END = ['*/', '-->']

/** Opens a block whose content begins at `from`; false if nothing closes it, unless nothing must. */
export function openBlock(text: string, from: number, closer: string, kind: PieceKind): boolean {
  const at = text.indexOf(closer, from)
  if (at === -1 && !UNCLOSED_TO_THE_END.includes(closer)) return false
  block.end = at === -1 ? text.length : at
  block.closer = closer.length
  block.kind = kind
  return true
}

/** Reads what a line holds of the block that is open, and closes it if it ends there; returns where the rest of the line begins. */
export function readBlock(text: string, from: number, to: number): number {
  const stop = Math.min(block.end, to)
  let at = skip(text, from, stop)
  while (at < stop && '*/#'.includes(text[at]!)) at++
  const begin = skip(text, at, stop)
  piece(begin, backTo(text, stop, begin), block.kind)
  if (block.end >= to) return to
  const rest = Math.max(from, block.end + block.closer)
  block.end = -1
  return rest
}
