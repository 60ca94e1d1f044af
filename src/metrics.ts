import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the process counts; one per server, so that two in one process do not mix. */
export interface Metrics {
  registry: Registry
  /** Seconds until an HTTP request was answered. */
  requests: Histogram<'method' | 'route' | 'status'>
  /** Events that came in over HTTP, by what became of them. */
  events: Counter<'outcome'>
  /** Commands of people, by whether they were carried out. */
  commands: Counter<'type' | 'result'>
}

/** `waiting` is read whenever the metrics are. */
export function createMetrics(waiting: () => number, registry: Registry = new Registry()): Metrics {
  const registers = [registry]
  new Gauge({
    name: 'lanekeeper_events_waiting',
    help: 'Events that wait for their commit or are in it',
    registers,
    collect() {
      this.set(waiting())
    },
  })
  return {
    registry,
    requests: new Histogram({
      name: 'lanekeeper_http_request_seconds',
      help: 'Time until a request was answered, by route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    events: new Counter({
      name: 'lanekeeper_events_total',
      help: 'Events posted, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    commands: new Counter({
      name: 'lanekeeper_commands_total',
      help: 'Commands of people, by type and result',
      labelNames: ['type', 'result'],
      registers,
    }),
  }
}
