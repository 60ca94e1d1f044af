import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Problem, problemOf } from './problems.ts'

/** Answers with the problem that an error is. One that nobody foresaw is logged, and not told. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error)
  if (problem.code === 'internal') reply.log.error({ err: error }, 'a request failed')
  else if (problem.code === 'unavailable') reply.log.warn({ err: error }, 'a request could not be served')
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter)
  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem.body)))
}

/** Errors of every handler and hook, and addresses that nothing answers to. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error))
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem('not_found')))
}

/** What cannot even be parsed as HTTP has no reply object; it is answered on the socket. */
export function onBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = new Problem(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'bad_input', {
    detail: 'The request is not well-formed HTTP.',
  })
  const body = JSON.stringify(problem.body)
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
