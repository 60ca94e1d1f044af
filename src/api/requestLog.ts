import { randomUUID } from 'node:crypto'
import { type FastifyInstance, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    accountId: string | undefined
  }
}

/** The server's own lines are left out: they hold addresses as they were sent. Every line about a request carries its id. */
export const requestLog = (): FastifyServerOptions => ({
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  genReqId: () => randomUUID(),
})

/** One line a request once it is answered: what was asked by its route, never what was sent. */
export function logRequests(app: FastifyInstance): void {
  app.decorateRequest('accountId', undefined)
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, accountId, caller } = request
    request.log.info(
      {
        method,
        route: routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(caller ? { keyId: caller.keyId } : {}),
        ...(accountId === undefined ? {} : { accountId }),
      },
      'answered',
    )
  })
}

/** Notes whom a request is about, once it has been read and checked. */
export function noteAccount(request: FastifyRequest, path: string, call: { params: unknown; body: unknown }): void {
  const { id } = (call.params ?? {}) as { id?: string }
  const { accountId } = (call.body ?? {}) as { accountId?: unknown }
  if (path.startsWith('/v1/accounts/')) request.accountId = id
  else if (path !== '/v1/events' && typeof accountId === 'string') request.accountId = accountId
}
