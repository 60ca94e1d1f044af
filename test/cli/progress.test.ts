import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { progressOf } from '../../src/cli/progress.ts'

const input = { name: 'log.jsonl', bytes: (async function* () {})(), size: 200, read: () => 100 }
const { isTTY } = process.stderr
const { columns } = process.stderr

/** What stands on stderr afterwards, without control characters. */
function shown(terminal: boolean, act: (progress: ReturnType<typeof progressOf>) => void): string {
  let written = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written += chunk
    return true
  })
  Object.assign(process.stderr, { isTTY: terminal, columns: 80 })
  act(progressOf(input))
  return stripVTControlCharacters(written)
}

afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(process.stderr, { isTTY, columns })
})

describe('progress', () => {
  it('is a bar on a terminal: how far reading has come, and how many lines that were', () => {
    expect(shown(true, (progress) => progress.shown(1234))).toContain(
      `${'█'.repeat(15)}${'░'.repeat(15)} 50 % 1,234 lines`,
    )
  })

  it('is nothing elsewhere', () => {
    const act = (progress: ReturnType<typeof progressOf>) => {
      progress.shown(1)
      progress.done()
    }
    expect(shown(false, act)).toBe('')
  })

  it.each([true, false])('lets a line stay (on a terminal: %s)', (terminal) => {
    const act = (progress: ReturnType<typeof progressOf>) => {
      progress.shown(1)
      progress.above('log.jsonl:1 is not JSON')
      progress.done()
    }
    expect(shown(terminal, act)).toContain('log.jsonl:1 is not JSON\n')
  })
})
