import { z } from 'zod'
import { gatewayEvent } from '../../decode/event.ts'
import { excerptKeeper } from '../excerpts.ts'
import { MOST_EVENTS, readEvents } from '../postedEvents.ts'
import { Problem } from '../problems.ts'
import { type Route, route } from '../route.ts'

const rejected = z.object({
  index: z.int().min(0).describe('place in the array, or number of the line from 0'),
  id: z.string().nullable().describe('of the event, if it can be told'),
  path: z.string().describe('where in the event'),
  message: z.string(),
})

const postEvents = route({
  method: 'POST',
  path: '/v1/events',
  roles: ['gateway'],
  summary: 'Report requests',
  description:
    'Answered when the events are stored: what was accepted survives any crash. One that cannot be read is rejected alone. Sending an event twice changes nothing.',
  problems: ['too_large', 'queue_full', 'events_over_kafka'],
  bodyLimit: 8 << 20,
  items: z.array(gatewayEvent.meta({ id: 'GatewayEvent' })).max(MOST_EVENTS),
  streams: { 'application/x-ndjson': { description: `one event a line, at most ${MOST_EVENTS}` } },
  body: z.unknown(),
  reply: {
    status: 202,
    schema: z.object({
      accepted: z.int().describe('stored now; an event that came too late to count is among them'),
      duplicates: z.int().describe('were there already'),
      rejected: z.array(rejected),
    }),
  },
  async handle({ body }, api) {
    const { source, model, now, clock, metrics } = api
    if (!source) throw new Problem('events_over_kafka', { detail: 'Write it to the topic of requests.' })
    const { events, rejected } = await readEvents(
      body,
      model,
      clock === 'system' ? now() : undefined,
      excerptKeeper(api),
    )
    const taken = events.length > 0 ? await source.accept(events) : []
    for (const { outcome, label } of taken) {
      metrics.events.inc({ outcome })
      if (label) metrics.classifications.inc({ label })
    }
    metrics.events.inc({ outcome: 'rejected' }, rejected.length)
    const duplicates = taken.filter(({ outcome }) => outcome === 'duplicate').length
    return { accepted: taken.length - duplicates, duplicates, rejected }
  },
})

export const eventRoutes: Route[] = [postEvents]
