import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the process counts; one per server, so that two in one process do not mix. */
export interface Metrics {
  registry: Registry
  /** Seconds until an HTTP request was answered. */
  requests: Histogram<'method' | 'route' | 'status'>
  /** Events that came in, by what became of them. */
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
  /** For how many seconds the oldest change has been waiting to be told; undefined as above. */
  age(): Promise<number | undefined>
}

/** The counters of one server. */
export function createMetrics(registry: Registry = new Registry()): Metrics {
  const registers = [registry]
  addProcessMetrics(registry)
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
      help: 'Events that came in, by what became of them',
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

/** What the process itself uses, under the names that Prometheus has for it. */
function addProcessMetrics(registry: Registry): void {
  const registers = [registry]
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, all its threads together',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  const memory = { process_resident_memory_bytes: 'rss', nodejs_heap_size_used_bytes: 'heapUsed' } as const
  for (const [name, key] of Object.entries(memory) as [keyof typeof memory, 'rss' | 'heapUsed'][])
    new Gauge({
      ...{ name, help: `Memory of the process: ${key} of Node`, registers },
      collect() {
        this.set(process.memoryUsage()[key])
      },
    })
}

/** Has the gauges of one server read with its counters. */
export function addGauges({ waiting, subscribers, unrelayed, age }: Gauges, { registry }: Metrics): void {
  const registers = [registry]
  new Gauge({
    name: 'lanekeeper_events_waiting',
    help: 'Events that wait for their commit or are in it',
    registers,
    collect() {
      this.set(waiting())
    },
  })
  new Gauge({
    name: 'lanekeeper_feed_subscribers',
    help: 'Who follows the feed of entitlements now',
    registers,
    collect() {
      this.set(subscribers())
    },
  })
  addAsked('feed_waiting', 'Committed changes of entitlements that are not on the feed yet', unrelayed, registry)
  addAsked('outbox_age_seconds', 'How long the oldest committed change has been waiting to be told', age, registry)
}

/** A gauge that is asked for, and missing where it cannot be told. */
function addAsked(name: string, help: string, ask: () => Promise<number | undefined>, registry: Registry): void {
  new Gauge({
    name: `lanekeeper_${name}`,
    help,
    registers: [registry],
    async collect() {
      const value = await ask()
      if (value === undefined) this.remove()
      else this.set(value)
    },
  })
}

/** What a worker counts of its part of a Kafka topic. */
export interface KafkaMetrics {
  /** How often the group has shared its partitions out. */
  rebalances: Counter
  /** Commits that were refused because another worker had taken a partition. */
  fenced: Counter
  /** Commits that failed for another reason and are tried again. */
  notCommitted: Counter
  deadLetters: Counter
  /** Seconds that a commit took. */
  commits: Histogram
  /** Account rows that were written. */
  rows: Counter
}

/** What is read of it whenever the metrics are. */
export interface KafkaGauges {
  /** How far the positions are behind the log, in offsets and seconds, by partition that is held. */
  lag(): { partition: number; events: number; seconds: number }[]
  /** How often an account was found in the cache, or not. */
  cache(): { hits: number; misses: number }
}

/** The counters of one worker, beside those of its server. */
export function createKafkaMetrics(gauges: KafkaGauges, { registry }: Metrics): KafkaMetrics {
  const registers = [registry]
  addLagGauges(gauges, registry)
  for (const kind of ['hits', 'misses'] as const)
    new Counter({
      name: `lanekeeper_account_cache_${kind}_total`,
      help: `How often an account was ${kind === 'hits' ? '' : 'not '}found in the cache`,
      registers,
      collect() {
        this.reset()
        this.inc(gauges.cache()[kind])
      },
    })
  return {
    rebalances: new Counter({
      name: 'lanekeeper_kafka_rebalances_total',
      help: 'How often the group has shared its partitions out',
      registers,
    }),
    fenced: new Counter({
      name: 'lanekeeper_kafka_fenced_commits_total',
      help: 'Commits that were refused because another worker had taken a partition',
      registers,
    }),
    notCommitted: new Counter({
      name: 'lanekeeper_kafka_failed_commits_total',
      help: 'Commits that failed for another reason, each tried again until it is done',
      registers,
    }),
    deadLetters: new Counter({
      name: 'lanekeeper_dead_letters_total',
      help: 'Records that could not be taken',
      registers,
    }),
    commits: new Histogram({
      name: 'lanekeeper_commit_seconds',
      help: 'How long it took to decide about events and to commit that',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    rows: new Counter({
      name: 'lanekeeper_account_rows_total',
      help: 'Account rows written for events; divided by lanekeeper_events_total, rows per event',
      registers,
    }),
  }
}

function addLagGauges({ lag }: KafkaGauges, registry: Registry): void {
  for (const unit of ['events', 'seconds'] as const)
    new Gauge({
      name: `lanekeeper_kafka_lag_${unit}`,
      help: `How far the position of a partition that is held lies behind its log, in ${unit}`,
      labelNames: ['partition'],
      registers: [registry],
      collect() {
        this.reset()
        for (const one of lag()) this.set({ partition: one.partition }, one[unit])
      },
    })
}
