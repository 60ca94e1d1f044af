import { setTimeout as delay } from 'node:timers/promises'
import type { Ran } from '../support/run.ts'
import { Server } from '../support/server.ts'

const RESTART_MS = 250
const LOOK_MS = 100
const COUNTED = {
  rebalances: 'lanekeeper_kafka_rebalances_total',
  fenced: 'lanekeeper_kafka_fenced_commits_total',
} as const
/** A partition that is held. */
const HELD = /^lanekeeper_kafka_lag_events\{/m
type Counts = Record<keyof typeof COUNTED, number>

/** A process that somebody starts again whenever it has ended, as a provider's supervisor does. */
export class Member {
  readonly name: string
  /** What it counted, in all of its lives, as it said when it was last asked in each. */
  readonly counts: Counts = { rebalances: 0, fenced: 0 }
  /** Ends that nobody asked for. */
  readonly falls: string[] = []
  readonly logs: { name: string; text: string }[] = []
  /** Starts that failed, as one does while the database is away. */
  failedStarts = 0
  /** What it counted in this life, when it was last asked. */
  #now: Counts = { rebalances: 0, fenced: 0 }
  readonly #make: () => Server
  #server: Server | undefined
  #up: Promise<void> = Promise.resolve()
  #isOver = false
  /** Its end was asked for. */
  readonly #doomed = new WeakSet<Server>()

  constructor(name: string, databaseUrl: string, args: readonly string[], env: Record<string, string>) {
    this.name = name
    this.#make = () => new Server(databaseUrl, args, env)
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  /** Starts it; returns when it listens. */
  begin(): Promise<void> {
    this.#up = this.#live()
    return this.#up
  }

  /** Waits until it reads all that it was assigned, and that is something. */
  async isAtWork(signal: AbortSignal): Promise<void> {
    await this.#up
    while (!(await this.#asked('/readyz')) || !HELD.test(await this.#metrics()))
      await delay(LOOK_MS, undefined, { signal })
  }

  /** Kills it by -9 and starts it again; returns when it is dead. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
    void this.begin()
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#server?.signal(signal)
  }

  /** Ends it as an operator does, for good; what it left behind. */
  async stop(): Promise<Ran | undefined> {
    await this.#up
    this.#isOver = true
    await this.#metrics()
    return this.#end('SIGTERM')
  }

  /** Ends it for good, whatever it is doing. */
  async remove(): Promise<void> {
    this.#isOver = true
    await this.#end('SIGKILL')
    await this.#up
  }

  async #live(): Promise<void> {
    while (!this.#isOver) {
      const server = this.#make()
      this.#server = server
      const log = { name: `${this.name}.${this.logs.length + 1}`, text: '' }
      this.logs.push(log)
      try {
        const started = server.start()
        void server.ended.then(({ stderr }) => {
          log.text = stderr
        })
        await started
        void server.ended.then((ran) => this.#fell(server, ran))
        return
      } catch {
        if (this.#isOver || this.#doomed.has(server)) return
        this.failedStarts++
        await delay(RESTART_MS)
      }
    }
  }

  #fell(server: Server, { code, stderr }: Ran): void {
    if (this.#doomed.has(server)) return
    this.falls.push(`${this.name} ended by itself with ${code}: ${stderr.trim().split('\n').at(-1)}`)
    void this.begin()
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ran | undefined> {
    if (!this.#server) return undefined
    this.#doomed.add(this.#server)
    for (const name of Object.keys(COUNTED) as (keyof Counts)[]) this.counts[name] += this.#now[name]
    this.#now = { rebalances: 0, fenced: 0 }
    return this.#server.kill(signal)
  }

  async #metrics(): Promise<string> {
    const text = (await this.#asked('/metrics')) ?? ''
    for (const [name, metric] of Object.entries(COUNTED) as [keyof Counts, string][])
      this.#now[name] = Number(new RegExp(`^${metric} (\\d+)$`, 'm').exec(text)?.[1] ?? this.#now[name])
    return text
  }

  async #asked(path: string): Promise<string | undefined> {
    try {
      const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(1000) })
      return answer.ok ? await answer.text() : undefined
    } catch {
      return undefined
    }
  }
}
