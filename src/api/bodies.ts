import type { FastifyInstance } from 'fastify'
import { Problem } from './problems.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads JSON bodies, hands streams to routes that take them, and refuses every other form and every encoding. */
export function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, jsonOf(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addContentTypeParser('application/x-ndjson', (request, payload, done) => {
    const isTaken = request.routeOptions.config.streams?.includes('application/x-ndjson')
    if (isTaken) done(null, payload)
    else done(new Problem('unsupported_media_type'))
  })
}

/** Throws where the body is compressed: nothing is unpacked here, so nothing can blow up. */
export function refuseEncoding(encoding: string | undefined): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new Problem('unsupported_media_type', { detail: 'Send the body without Content-Encoding.' })
}

/** Undefined where there is no body. What is wrong is told without quoting it. */
function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    throw new Problem('bad_input', { detail: 'The body is not UTF-8.' })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1]
    const where = position === undefined ? '' : ` at character ${Number(position) + 1}`
    throw new Problem('bad_input', { detail: `The body is not JSON${where}.` })
  }
}
