import { randomBytes } from 'node:crypto'
import { describe, inject, test } from 'vitest'
import { isCi } from '../../src/config.ts'
import { onServer } from './onServer.ts'
import type {} from './postgresServer.ts'

/** A database of a test file's own. */
export interface TestDatabase {
  url: string
  /** Removes it, with whoever is still connected. */
  drop(): Promise<void>
}

/**
 * A fresh database of one's own on the server of this run, with the schema of `migrations/` unless it is to be `empty`; in
 * `beforeAll`, below a `describeDatabase`. `DATABASE_URL` names another server; its user must be allowed to create databases.
 */
export async function testDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = inject('postgres')
  if ('missing' in server) throw new Error(absence(server.missing))
  const name = `test_${randomBytes(8).toString('hex')}`
  const url = await onServer(
    server.url,
    `create database ${name} template ${empty ? 'template0' : server.template}`,
    name,
  )
  const drop = () => onServer(server.url, `drop database if exists ${name} with (force)`, name)
  return { url, drop: () => drop().then(() => {}) }
}

let isTold = false

/**
 * A `describe` whose tests need PostgreSQL. Where it cannot run they are skipped, with one loud line a test file; with CI=true,
 * where it has to, they fail.
 */
export function describeDatabase(name: string, fn: () => void): void {
  const server = inject('postgres')
  if (!('missing' in server)) describe(name, fn)
  else if (isCi())
    describe(name, () =>
      test('PostgreSQL is there', () => {
        throw new Error(absence(server.missing))
      }),
    )
  else {
    if (!isTold) process.stderr.write(`SKIPPED: ${name}: ${absence(server.missing)}\n`)
    isTold = true
    describe.skip(name, fn)
  }
}

const absence = (why: string) => `there is no PostgreSQL for the tests: ${why}`
