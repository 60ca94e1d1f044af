import { z } from 'zod'
import { answers } from '../../persist/away.ts'
import { Problem } from '../problems.ts'
import { type Route, route } from '../route.ts'

const alive = route({
  method: 'GET',
  path: '/healthz',
  roles: 'anyone',
  summary: 'Whether the process answers',
  reply: { status: 200, schema: z.object({ status: z.literal('alive') }) },
  handle: () => ({ status: 'alive' as const }),
})

const ready = route({
  method: 'GET',
  path: '/readyz',
  roles: 'anyone',
  summary: 'Whether the service should be sent requests',
  reply: { status: 200, schema: z.object({ status: z.literal('ready') }) },
  async handle(_call, { isReady, db }) {
    if (!(isReady() && (await answers(db)))) throw new Problem('unavailable', { detail: 'Not ready.' }, 1)
    return { status: 'ready' as const }
  },
})

const metrics = route({
  method: 'GET',
  path: '/metrics',
  roles: 'anyone',
  summary: 'What the process has counted, for Prometheus',
  reply: { status: 200, schema: z.string(), media: 'text/plain; version=0.0.4; charset=utf-8' },
  handle: (_call, { metrics }) => metrics.registry.metrics(),
})

export const healthRoutes: Route[] = [alive, ready, metrics]
