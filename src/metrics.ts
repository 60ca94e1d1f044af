import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the process counts; one per server, so that two in one process do not mix. */
export interface Metrics {
  registry: Registry
  /** Seconds until an HTTP request was answered. */
  requests: Histogram<'method' | 'route' | 'status'>
  /** Events that came in over HTTP, by what became of them. */
  events: Counter<'outcome'>
  /** New events by the label that counts. */
  classifications: Counter<'label'>
  /** Commands of people, by whether they were carried out. */
  commands: Counter<'type' | 'result'>
  /** Subscribers of the feed that were let go, by reason. */
  dropped: Counter<'reason'>
}

/** What is read whenever the metrics are. */
export interface Gauges {
  /** Events that wait for their commit. */
  waiting(): number
  subscribers(): number
  /** Changes that wait for their cursor; undefined where that cannot be told now. */
  unrelayed(): Promise<number | undefined>
}

/** The counters of one server. */
export function createMetrics(gauges: Gauges, registry: Registry = new Registry()): Metrics {
  const registers = [registry]
  addFeedGauges(gauges, registry)
  new Gauge({
    name: 'lanekeeper_events_waiting',
    help: 'Events that wait for their commit or are in it',
    registers,
    collect() {
      this.set(gauges.waiting())
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
    classifications: new Counter({
      name: 'lanekeeper_classifications_total',
      help: 'New events, by label: coding, non_coding or unsure',
      labelNames: ['label'],
      registers,
    }),
    commands: new Counter({
      name: 'lanekeeper_commands_total',
      help: 'Commands of people, by type and result',
      labelNames: ['type', 'result'],
      registers,
    }),
    dropped: new Counter({
      name: 'lanekeeper_feed_dropped_total',
      help: 'Subscribers of the feed that were let go, by reason',
      labelNames: ['reason'],
      registers,
    }),
  }
}

function addFeedGauges({ subscribers, unrelayed }: Gauges, registry: Registry): void {
  const registers = [registry]
  new Gauge({
    name: 'lanekeeper_feed_subscribers',
    help: 'Who follows the feed of entitlements now',
    registers,
    collect() {
      this.set(subscribers())
    },
  })
  new Gauge({
    name: 'lanekeeper_feed_waiting',
    help: 'Committed changes of entitlements that are not on the feed yet',
    registers,
    async collect() {
      const count = await unrelayed()
      if (count === undefined) this.remove()
      else this.set(count)
    },
  })
}
