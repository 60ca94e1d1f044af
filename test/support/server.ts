import type { ChildProcess } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { exitOf, lanekeeper, type Ran, start } from './run.ts'

/** `lanekeeper start` in a process of its own, on a database that outlives it; where none is named, on one of its own. */
export class Server {
  readonly #environment: Record<string, string>
  readonly #args: readonly string[]
  #child: ChildProcess | undefined
  #ran: Promise<Ran> | undefined
  url = ''
  /** What it has written there so far. */
  stderr = ''

  constructor(databaseUrl: string | undefined, args: readonly string[] = [], env: Record<string, string> = {}) {
    this.#environment = { PORT: '0', ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }), ...env }
    this.#args = args
  }

  /** Starts it and waits for the line with its address. */
  async start(): Promise<void> {
    const child = start(['start', ...this.#args], { env: this.#environment })
    this.#child = child
    const ran = Promise.all([exitOf(child), text(child.stdout!), text(child.stderr!)]).then(
      ([code, stdout, stderr]): Ran => ({ code, stdout, stderr }),
    )
    this.#ran = ran
    this.stderr = ''
    child.stderr!.on('data', (chunk) => {
      this.stderr += chunk
    })
    this.url = await new Promise<string>((ready, failed) => {
      child.stdout!.on('data', (chunk) => ready(/http:\S+/.exec(`${chunk}`)?.[0] ?? ''))
      ran.then(({ stderr }) => failed(new Error(`the server ended: ${stderr}`)), failed)
    })
  }

  /** What it left behind when it ends. */
  get ended(): Promise<Ran> {
    return this.#ran!
  }

  /** Tells it to read its rules again. */
  hangUp(): void {
    this.#child!.kill('SIGHUP')
  }

  /** Has it stand still, or go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child!.kill(signal)
  }

  /** Ends it; what it left behind. */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<Ran> {
    this.#child!.kill(signal)
    return this.ended
  }

  /** Runs another command on the same database. */
  run = (...args: string[]): Promise<Ran> => lanekeeper(args, { env: this.#environment })

  /** A number that it tells for Prometheus, summed over its labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  }

  post(key: string, lines: string): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }
    return fetch(`${this.url}/v1/events`, { method: 'POST', headers, body: lines })
  }
}
