import stringWidth from 'string-width'

const MINUTE = 60_000

/** `Mon 09:35` */
export const shortTime = (at: number): string => {
  const text = new Date(at).toUTCString()
  return `${text.slice(0, 3)} ${text.slice(17, 22)}`
}

/** `Mon 09 Nov 2026 09:35 UTC` */
export const longTime = (at: number): string => {
  const text = new Date(at).toUTCString()
  return `${text.slice(0, 3)}${text.slice(4, 22)} UTC`
}

/** `19 h 30 min` */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.ceil(ms / MINUTE))
  const hours = Math.floor(minutes / 60)
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

export const number = (value: number): string => value.toLocaleString('en')

/** The text in exactly so many columns, cut or padded; a Chinese character takes two. */
export function cell(text: string, columns: number): string {
  const cut = stringWidth(text) <= columns ? text : `${head(text, columns - 1)}…`
  return cut + ' '.repeat(Math.max(0, columns - stringWidth(cut)))
}

/** The same, with the text at the right end. */
export const cellRight = (text: string, columns: number): string =>
  stringWidth(text) > columns ? cell(text, columns) : ' '.repeat(columns - stringWidth(text)) + text

/** Breaks a text between words into lines of at most so many columns; all but the first are indented. */
export function wrap(text: string, columns: number, indent: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [index, word] of text.split(' ').entries()) {
    const longer = index === 0 ? word : `${line} ${word}`
    if (stringWidth(longer) <= columns || line.trim() === '') line = longer
    else {
      lines.push(line)
      line = ' '.repeat(indent) + word
    }
  }
  return [...lines, line].map((one) => (stringWidth(one) > columns ? cell(one, columns) : one))
}

/** As many of the first characters as fit. */
function head(text: string, columns: number): string {
  let taken = ''
  for (const character of text) {
    if (stringWidth(taken + character) > columns) break
    taken += character
  }
  return taken
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** A bar of a share (0 to 1) of so many columns, exact to an eighth of one; anything above nothing can be seen. */
export function bar(share: number, columns: number): string {
  const eighths = share > 0 ? Math.max(1, Math.round(share * columns * 8)) : 0
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!
}

const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** One small column a value, the highest as high as a line. */
export function columnsOf(values: readonly number[]): string {
  const most = Math.max(1, ...values)
  return values.map((value) => HEIGHTS[Math.min(7, Math.floor((value / most) * 8))]).join('')
}
