import { clearScreenDown, cursorTo } from 'node:readline'
import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import { type DemoScreen, demoFrame } from './view.ts'

const EVERY_MS = 80

/** The live view on a terminal. */
export interface DemoLive {
  /** Whether it is time for a new picture. */
  isDue(): boolean
  show(screen: DemoScreen): void
  /** Draws what was shown last and leaves it there, with the cursor below. */
  leave(): void
  /** Removes the picture and gives the cursor back. */
  remove(): void
}

/** Opens the view; it hides the cursor until `leave` or `remove`. */
export function demoLive(terminal: WriteStream): DemoLive {
  const write = createLogUpdate(terminal)
  let shown: DemoScreen | undefined
  let drawn = -Infinity
  const draw = () => {
    if (shown) write(demoFrame(shown, terminal.columns, terminal.rows))
    drawn = performance.now()
  }
  const onResize = () => {
    write.clear()
    cursorTo(terminal, 0, 0) // the lines have been broken anew, so where the picture stands is unknown
    clearScreenDown(terminal)
    draw()
  }
  const close = () => {
    terminal.off('resize', onResize)
    write.done()
  }
  terminal.on('resize', onResize)
  return {
    isDue: () => performance.now() - drawn >= EVERY_MS,
    show(screen) {
      shown = screen
      draw()
    },
    leave() {
      draw()
      close()
    },
    remove() {
      write.clear()
      close()
    },
  }
}
