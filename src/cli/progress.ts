import { createLogUpdate } from 'log-update'
import type { InputFile } from './inputFile.ts'
import { tell } from './output.ts'

const EVERY_MS = 100
const WIDTH = 30

export interface Progress {
  shown(lines: number): void
  /** One line that stays. */
  above(line: string): void
  done(): void
}

/** A progress bar on stderr where that is a terminal; otherwise only the lines that stay. */
export function progressOf(input: InputFile): Progress {
  if (!process.stderr.isTTY) return { shown: () => {}, above: tell, done: () => {} }
  const draw = createLogUpdate(process.stderr)
  let last = 0
  return {
    shown(lines) {
      const now = performance.now()
      if (now - last < EVERY_MS) return
      last = now
      draw(`${bar(input)} ${lines.toLocaleString('en')} lines`)
    },
    above(line) {
      draw.clear()
      tell(line)
    },
    done() {
      draw.clear()
      draw.done()
    },
  }
}

function bar({ size, read }: InputFile): string {
  if (!size) return 'reading'
  const share = Math.min(1, read() / size)
  const full = Math.round(share * WIDTH)
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(share * 100)} %`
}
