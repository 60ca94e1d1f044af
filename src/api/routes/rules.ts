import { z } from 'zod'
import { inForceAt } from '../../replay/timeline.ts'
import { type Route, route } from '../route.ts'

const rulesInForce = route({
  method: 'GET',
  path: '/v1/rules',
  roles: ['analyst'],
  summary: 'The rule set in force',
  reply: {
    status: 200,
    schema: z.object({
      version: z.string().describe('hash of the canonical JSON'),
      effectiveFrom: z.iso.datetime().describe('account time since which it is in force'),
      documents: z
        .looseObject({
          policy: z.looseObject({}),
          detect: z.array(z.looseObject({})),
          enforce: z.array(z.looseObject({})),
          recover: z.array(z.looseObject({})),
        })
        .describe('as in the rules folder'),
    }),
  },
  handle(_call, { timeline, now }) {
    const { rules, from } = inForceAt(timeline, now())
    const { policy, detect, enforce, recover, notices } = rules.documents
    const documents = {
      policy: { ...policy },
      detect: [...detect],
      enforce: [...enforce],
      recover: [...recover],
      notices,
    }
    return { version: rules.version, effectiveFrom: new Date(from).toISOString(), documents }
  },
})

export const ruleRoutes: Route[] = [rulesInForce]
