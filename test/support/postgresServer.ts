import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { packaged } from '../../src/config.ts'
import { openDb } from '../../src/db.ts'
import { LanekeeperError } from '../../src/errors.ts'
import { startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { migrate } from '../../src/persist/migrate.ts'
import { onServer } from './onServer.ts'

/** The server of this run, and the database that every test's own is a copy of; or why there is none. */
export type TestServer = { url: string; template: string } | { missing: string }

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestServer
  }
}

/** Tests that are killed lose nothing that anybody needs. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

interface Started {
  server: TestServer
  stop(): Promise<void>
}

/** Each project sets itself up, in one process: they share the server, and the last one stops it. */
const held = globalThis as { lanekeeperPostgres?: { started: Promise<Started>; users: number } | undefined }

/** vitest's globalSetup of the projects whose tests need a database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  held.lanekeeperPostgres ??= { started: start(), users: 0 }
  const mine = held.lanekeeperPostgres
  mine.users++
  const { server, stop } = await mine.started
  project.provide('postgres', server)
  return async () => {
    mine.users--
    if (mine.users > 0) return
    held.lanekeeperPostgres = undefined
    await stop()
  }
}

async function start(): Promise<Started> {
  const given = process.env.DATABASE_URL
  if (given) return withTemplate(given, async () => {})
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-postgres-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  const remove = () => rm(home, { recursive: true, force: true })
  try {
    const { url, stop } = await startEmbedded(home, SETTINGS)
    return await withTemplate(url, () => stop().then(remove))
  } catch (error) {
    await remove()
    if (!(error instanceof LanekeeperError)) throw error
    return { server: { missing: `${error.message}. ${error.hint}` }, stop: async () => {} }
  }
}

async function withTemplate(url: string, stop: () => Promise<void>): Promise<Started> {
  const template = `lanekeeper_template_${randomBytes(6).toString('hex')}`
  try {
    const schema = openDb(await onServer(url, `create database ${template}`, template), 1)
    await migrate(schema, packaged('migrations')).finally(() => schema.end())
  } catch (error) {
    await stop()
    throw error
  }
  const drop = () => onServer(url, `drop database if exists ${template} with (force)`, template)
  return { server: { url, template }, stop: () => drop().then(stop) }
}
