import { performance } from 'node:perf_hooks'
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { createMetrics } from '../metrics.ts'
import type { KeyOwner } from '../persist/keys.ts'
import { acceptBodies, refuseEncoding } from './bodies.ts'
import type { Api, Deps } from './deps.ts'
import { Gatekeeper } from './gatekeeper.ts'
import { Problem } from './problems.ts'
import { answerProblems, onBrokenConnection, sendProblem } from './replies.ts'
import { type Route, read } from './route.ts'
import { routes } from './routes/all.ts'

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
    routerOptions: { maxParamLength: 2048 }, // an account id of 128 characters, each written as %XX four times
    bodyLimit: 65_536,
    requestTimeout: 60_000,
    return503OnClosing: false, // `guard` says it as a problem
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error),
    clientErrorHandler: onBrokenConnection,
  })
  const api: Api = { ...deps, metrics: deps.metrics ?? createMetrics(() => deps.source.waiting) }
  acceptBodies(app)
  answerProblems(app)
  guard(app, new Gatekeeper(deps.db))
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }
    api.metrics.requests.observe(labels, reply.elapsedTime / 1000)
  })
  for (const one of routes) register(app, one, api)
  return app
}

/** Before a body is read: the service is not closing, and the key may do this. A route without roles cannot be registered. */
function guard(app: FastifyInstance, gatekeeper: Gatekeeper): void {
  let isClosing = false
  app.decorateRequest('caller', null)
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close') // or the client would keep it, and closing would wait
  })
  app.addHook('onRoute', ({ path, config }) => {
    if (config?.roles === undefined) throw new Error(`${path} does not say which roles may call it`)
  })
  app.addHook('onRequest', async (request) => {
    if (isClosing) throw new Problem('unavailable', { detail: 'The server is closing.' }, 2)
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
      const answer = await one.handle(call, api)
      const { status, media } = one.reply
      return reply
        .code(status)
        .type(media ?? 'application/json; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(media ? answer : JSON.stringify(answer))
    },
  })
}

const nobody = { keyId: 'nobody', role: 'gateway' } as const satisfies KeyOwner
