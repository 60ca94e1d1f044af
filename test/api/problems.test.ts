import { describe, expect, test } from 'vitest'
import { PROBLEMS, Problem, problemOf } from '../../src/api/problems.ts'
import { QueueFull } from '../../src/consume/httpSource.ts'
import { CommandRefused } from '../../src/decide/refusal.ts'
import { LanekeeperError } from '../../src/errors.ts'

const withCode = (code: string, message = 'something private') => Object.assign(new Error(message), { code })

describe('the answer to an error', () => {
  test('a command that the state does not allow is told with decide’s word for it', () => {
    const { status, body } = problemOf(new CommandRefused('appeal_decided', 'It is decided.', 'File anew.'))
    expect(status).toBe(409)
    expect(body).toMatchObject({
      code: 'command_refused',
      reason: 'appeal_decided',
      detail: 'It is decided.',
      hint: 'File anew.',
    })
  })

  test.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '53100', '08006', '40001', '40P01', '25006'])(
    '%s: the database is away, come back later',
    (code) => {
      expect(problemOf(withCode(code))).toMatchObject({ code: 'unavailable', retryAfter: 1 })
    },
  )

  test.each(['Connection terminated unexpectedly', 'Connection terminated due to connection timeout'])(
    '%s: too',
    (message) => {
      expect(problemOf(new Error(message)).code).toBe('unavailable')
    },
  )

  test.each([
    withCode('23505'),
    withCode('42P01'),
    new TypeError('x is not a function'),
    new LanekeeperError('model_invalid', 'weights.bin', 'install'),
    'a string',
    undefined,
    Object.create(null),
  ])('of an error that nobody foresaw nothing is told', (error) => {
    const { title, status } = PROBLEMS.internal
    expect(problemOf(error).body).toEqual({ type: 'urn:lanekeeper:problem:internal', code: 'internal', title, status })
  })

  test('what the framework refuses keeps its status, not its words', () => {
    const refused = (code: string, statusCode: number) => Object.assign(withCode(code), { statusCode })
    expect(problemOf(refused('FST_ERR_CTP_BODY_TOO_LARGE', 413)).code).toBe('too_large')
    expect(problemOf(refused('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415)).code).toBe('unsupported_media_type')
    expect(JSON.stringify(problemOf(refused('FST_ERR_BAD_URL', 400)).body)).not.toContain('private')
  })

  test('a full queue and a problem of one’s own', () => {
    expect(problemOf(new QueueFull())).toMatchObject({ code: 'queue_full', status: 429, retryAfter: 1 })
    const own = new Problem('not_found')
    expect(problemOf(own)).toBe(own)
  })
})
