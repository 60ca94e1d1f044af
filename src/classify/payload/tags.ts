import { unitClass, WORD } from '../fold.ts'
import { skip } from './blanks.ts'
import { block } from './block.ts'
import { blockFrom, line, page, taken } from './cursor.ts'
import { piece } from './pieces.ts'

const [SLASH, BANG] = [0x2f, 0x21]

/** A tag begins, and what stands before it in markup ends; a comment of markup is taken as a whole. */
export function tag(): boolean {
  const { text, at, from } = line
  const next = at + 1 < line.to ? text.charCodeAt(at + 1) : 0
  if (next === BANG && text.startsWith('<!--', at)) {
    blockFrom(at + 4, '-->', 'comment')
    line.run = line.at + 1
    return true
  }
  const lower = next | 0x20
  if (!page.hasTags || !((lower >= 0x61 && lower <= 0x7a) || next === SLASH)) return false
  const behind = line.tagged || page.markup > 0
  if (at > from && !behind && text.charCodeAt(at - 1) < 128 && unitClass[text.charCodeAt(at - 1)] === WORD) return false
  if (behind && at > line.run && piece(skip(text, line.run, at), at, 'markup')) line.end = at
  if (line.first < 0) line.first = at
  line.inTag = true
  page.markup = next === SLASH ? Math.max(0, page.markup - 1) : page.markup + 1
  return false
}

/** A tag ends. */
export function endTag(): true {
  if (line.text.charCodeAt(line.at - 1) === SLASH) page.markup = Math.max(0, page.markup - 1)
  line.inTag = false
  line.tagged = true
  line.run = line.at + 1
  return taken(line.run)
}

/** What stands behind the last tag of the line. */
export function readBehindTag(): void {
  const { text, to, tagged, inTag, run, end } = line
  if (!tagged || inTag || block.end >= 0 || end >= to) return
  if (piece(skip(text, run, to), to, 'markup')) line.end = to
}
