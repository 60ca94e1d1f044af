import { z } from 'zod'
import { transaction } from '../../db.ts'
import { capacityOf, capacityReport } from '../../decode/capacity.ts'
import { saveCapacity } from '../../persist/capacity.ts'
import { Problem } from '../problems.ts'
import { type Route, route } from '../route.ts'

const postCapacity = route({
  method: 'POST',
  path: '/v1/capacity',
  roles: ['gateway'],
  summary: 'Say how busy the models are',
  description: 'Of each gateway instance the newest report is kept. It is stored and changes no entitlement yet.',
  body: capacityReport,
  reply: {
    status: 200,
    schema: z.object({ stored: z.boolean().describe('false: one that is as new was there') }),
  },
  async handle({ body, caller }, { db, now, clock }) {
    const { capacity, refusal } = capacityOf(body, clock === 'system' ? now() : undefined)
    if (refusal) throw new Problem('bad_input', { errors: [{ in: 'body', ...refusal }] })
    const source = `http:${caller.keyId}`
    return { stored: (await transaction(db, (tx) => saveCapacity(tx, [{ source, ...capacity }]))) > 0 }
  },
})

export const capacityRoutes: Route[] = [postCapacity]
