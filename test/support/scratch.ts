import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder of this test file's own, removed after its last test. */
export interface Scratch {
  folder: string
  /** The path of a name in it. */
  at(name: string): string
  /** Writes a file, with the folders above it, and gives its path. */
  write(name: string, content: string | Uint8Array): string
}

export function scratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'lanekeeper-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)
  return {
    folder,
    at,
    write(name, content) {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), content)
      return at(name)
    },
  }
}
