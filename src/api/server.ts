import { performance } from 'node:perf_hooks'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { addGauges, createMetrics } from '../metrics.ts'
import type { KeyOwner } from '../persist/keys.ts'
import { changesWaiting, outboxAge, readFeed } from '../persist/outbox.ts'
import { Feed } from '../publish/feed.ts'
import { acceptBodies, refuseEncoding } from './bodies.ts'
import { closeSoon } from './closing.ts'
import type { Api, Deps } from './deps.ts'
import { Gatekeeper } from './gatekeeper.ts'
import { Problem } from './problems.ts'
import { answerProblems, onBrokenConnection, sendProblem } from './replies.ts'
import { logRequests, noteAccount, requestLog } from './requestLog.ts'
import { type Following, type Route, read } from './route.ts'
import { routes } from './routes/all.ts'
import { healthRoutes } from './routes/health.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: KeyOwner | null
  }
  interface FastifyContextConfig {
    roles?: Route['roles']
    streams?: readonly string[]
  }
}

/** The HTTP API over what it is given. The caller listens, and closes it. */
export function buildServer(deps: Deps): FastifyInstance {
  const app: FastifyInstance = fastify({
    ...(deps.logger ? { loggerInstance: deps.logger } : {}),
    ...requestLog(),
    routerOptions: { maxParamLength: 2048 }, // an account id of 128 characters, each written as %XX four times
    bodyLimit: 65_536,
    requestTimeout: 60_000,
    return503OnClosing: false, // `guard` says it as a problem
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error),
    clientErrorHandler: onBrokenConnection,
  })
  const api = apiOf(deps, app)
  logRequests(app)
  acceptBodies(app)
  answerProblems(app)
  const closing = closeSoon(app, () => api.feed.close())
  guard(app, new Gatekeeper(deps.db), closing)
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }
    api.metrics.requests.observe(labels, reply.elapsedTime / 1000)
  })
  for (const one of deps.isApi === false ? healthRoutes : routes) register(app, one, api)
  return app
}

/** Before a body is read: the service is not closing, and the key may do this. A route without roles cannot be registered. */
function guard(app: FastifyInstance, gatekeeper: Gatekeeper, closing: { isClosing: boolean }): void {
  app.decorateRequest('caller', null)
  app.addHook('onRoute', ({ path, config }) => {
    if (config?.roles === undefined) throw new Error(`${path} does not say which roles may call it`)
  })
  app.addHook('onRequest', async (request) => {
    if (closing.isClosing) throw new Problem('unavailable', { detail: 'The server is closing.' }, 2)
    const { roles } = request.routeOptions.config
    if (roles === undefined || roles === 'anyone') return
    request.caller = await gatekeeper.admit(request.headers.authorization, request.ip, performance.now())
    const { role } = request.caller
    if (role !== 'admin' && !roles.includes(role))
      throw new Problem('forbidden', { detail: `It takes the role ${roles.join(' or ')}; this key has ${role}.` })
    refuseEncoding(request.headers['content-encoding'])
  })
}

function register(app: FastifyInstance, one: Route, api: Api): void {
  app.route({
    method: one.method,
    url: one.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { roles: one.roles, streams: Object.keys(one.streams ?? {}) },
    ...(one.bodyLimit === undefined ? {} : { bodyLimit: one.bodyLimit }),
    handler: async (request: FastifyRequest, reply) => {
      const call = { ...read(one, request), caller: request.caller ?? nobody }
      noteAccount(request, one.path, call)
      const answer = await one.handle(call, api)
      const { status, media } = one.reply
      if (typeof answer === 'function') return follow(reply, answer as Following)
      return reply
        .code(status)
        .type(media ?? 'application/json; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(media ? answer : JSON.stringify(answer))
    },
  })
}

/** Hands the response over to whoever writes to it from now on. */
function follow(reply: FastifyReply, following: Following): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // nginx and its kin would hold events back
  })
  reply.raw.flushHeaders()
  following(reply.raw)
}

/** What handlers work with: what was given, and what the server itself holds. */
function apiOf(deps: Deps, app: FastifyInstance): Api {
  const { db, source, kafka, relay, feedLimits } = deps
  const feed = new Feed(
    {
      read: (since, most) => readFeed(db, since, most),
      dropped(reason, keyId, since) {
        metrics.dropped.inc({ reason })
        app.log.warn({ cause: reason, keyId, since }, 'a subscriber of the feed was dropped')
      },
      failed: (error) => app.log.warn({ err: error }, 'the feed could not be read, will try again'),
    },
    feedLimits,
  )
  const unrelayed = () => changesWaiting(db, MOST_UNRELAYED).catch(() => undefined)
  const metrics = deps.metrics ?? createMetrics()
  const waiting = () => source?.waiting ?? kafka?.waiting() ?? 0
  const age = () => outboxAge(db, kafka?.topic, MOST_UNRELAYED).catch(() => undefined)
  addGauges({ waiting, subscribers: () => feed.subscribers, unrelayed, age }, metrics)
  const stop = relay?.onChange(() => feed.wake())
  app.addHook('onClose', async () => stop?.())
  return { ...deps, metrics, feed }
}

const MOST_UNRELAYED = 100_000

const nobody = { keyId: 'nobody', role: 'gateway' } as const satisfies KeyOwner
