import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Deps } from '../../src/api/deps.ts'
import type { Route } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes/all.ts'
import { buildServer } from '../../src/api/server.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { reloadRules } from '../../src/cli/reloadRules.ts'
import { openRulesInForce } from '../../src/cli/rulesInForce.ts'
import { packaged } from '../../src/config.ts'
import { commitEvents } from '../../src/consume/commit.ts'
import { HttpSource } from '../../src/consume/httpSource.ts'
import { type Db, openDb, transaction } from '../../src/db.ts'
import type { RuleDocuments } from '../../src/evaluate/documents.ts'
import { createKey, type KeyOwner, type Role, roles } from '../../src/persist/keys.ts'
import { giveCursors } from '../../src/persist/outbox.ts'
import { openStore } from '../../src/persist/store.ts'
import { HOUR, START } from './account.ts'
import { engineWith } from './engine.ts'
import { testDatabase } from './postgres.ts'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of any endpoint; that it has its schema is checked on the way
  body: any
  text: string
  headers: Record<string, unknown>
}

/** A server in this process with a database of its own for each test file; its clock stands until a test moves it. */
export interface TestApi {
  db: Db
  app: FastifyInstance
  deps: Deps
  clock: { now: number }
  keys: Record<Role, KeyOwner & { key: string }>
  /** Asks as a role, or as the owner of a key. Every reply to a known route is checked against its schema. */
  ask(role: Role | { key: string } | 'nobody', request: string, body?: unknown): Promise<Answer>
  post(events: readonly ScoredEvent[]): Promise<Answer>
  /** Gives out the feed's cursors, as the relay does. */
  relay(): Promise<void>
}

/**
 * Declares the server of a test file: the database once, the server anew for each test. It runs under the default rules, changed
 * by `change`; a reload reads `folder`.
 */
export function testApi(
  change?: (documents: RuleDocuments) => void,
  other: Partial<Deps> = {},
  folder: string = packaged('rules'),
): TestApi {
  const api = {} as TestApi
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await testDatabase()
    drop = database.drop
    api.db = openDb(database.url, 4)
    const keys = await transaction(api.db, async (tx) => {
      const made = []
      for (const role of roles) made.push(await createKey(tx, role))
      return made
    })
    api.keys = Object.fromEntries(keys.map((one) => [one.role, one])) as TestApi['keys']
    const engine = await engineWith(change)
    api.clock = { now: 0 }
    const now = () => api.clock.now
    const rules = await openRulesInForce(api.db, engine.rules, now)
    const under = {
      accounts: openStore(api.db, other.erasureKey),
      rules,
      model: engine.model,
      clock: undefined,
      excerpts: new WeakMap(),
    }
    const source = new HttpSource((events) => commitEvents(events, 'http', under))
    const reload = (actor: string) => reloadRules(folder, rules, actor)
    api.deps = { ...under, db: api.db, source, reload, now, clock: 'system', isReady: () => true, ...other }
  })
  beforeEach(() => {
    api.clock.now = START + 24 * HOUR
    api.app = buildServer(api.deps)
  })
  afterEach(() => api.app.close())
  afterAll(async () => {
    await api.db?.end()
    await drop?.()
  })
  api.ask = (role, request, body) => ask(api, role, request, body)
  api.post = (events) => api.ask('gateway', 'POST /v1/events', events.map(posted))
  api.relay = () => transaction(api.db, (tx) => giveCursors(tx, 1000)).then(() => {})
  return api
}

/** An event as a gateway sends it. */
export const posted = (event: ScoredEvent) => ({ ...event, time: new Date(event.time).toISOString() })

async function ask(
  { app, keys }: TestApi,
  who: Parameters<TestApi['ask']>[0],
  request: string,
  body?: unknown,
): Promise<Answer> {
  const [method, url] = request.split(' ') as ['GET' | 'POST', string]
  const key = typeof who === 'object' ? who.key : who === 'nobody' ? undefined : keys[who].key
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
  const { statusCode: status, body: text, headers } = answer
  const isJson = /json/.test(`${headers['content-type']}`)
  const read = { status, text, headers, body: isJson ? answer.json() : undefined }
  checked(method, url.split('?')[0]!, read)
  return read
}

/** Fails where a reply is neither what its route documents nor a problem of the closed list. */
export function checked(method: string, path: string, { status, body, text, headers }: Answer): void {
  if (status >= 400) {
    expect(headers['content-type']).toBe('application/problem+json')
    expect(body).toMatchObject({ status, code: expect.any(String), title: expect.any(String) })
    expect(text).not.toMatch(/node_modules|\.ts:|at [A-Z]\w+\./)
    return
  }
  const known = routes.find((one) => one.method === method && matches(one, path))!
  expect(status).toBe(known.reply.status)
  const { error } = known.reply.schema.safeParse(known.reply.media ? text : body)
  expect(error?.issues ?? []).toEqual([])
}

const matches = ({ path }: Route, actual: string): boolean =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(actual)
