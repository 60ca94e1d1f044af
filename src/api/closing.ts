import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** What is still being answered so long after closing began is cut off; whoever sent it sends it again. Milliseconds. */
const GRACE = 10_000
/** A refusal has so long to reach its sender. */
const LINGER = 100

/**
 * Makes closing wait for the requests that it found and for nothing else. Streams are ended, and who comes meanwhile is told so;
 * then nobody is listened to, and the connections that are left, idle or silent, are cut.
 */
export function closeSoon(app: FastifyInstance, endStreams: () => void): { readonly isClosing: boolean } {
  const state = { isClosing: false }
  let answering = 0
  const { promise: answered, resolve } = Promise.withResolvers<void>()
  app.server.on('request', (_request, response) => {
    if (state.isClosing) return
    answering++
    response.once('close', () => {
      answering--
      if (state.isClosing && answering === 0) resolve()
    })
  })
  app.addHook('preClose', async () => {
    state.isClosing = true
    endStreams()
    if (answering > 0) await Promise.race([answered, wait(GRACE, undefined, { ref: false })])
    setTimeout(() => app.server.closeAllConnections(), LINGER).unref()
  })
  app.addHook('onSend', async (_request, reply) => {
    if (state.isClosing) reply.header('connection', 'close') // or the client would keep it, and closing would wait
  })
  return state
}
