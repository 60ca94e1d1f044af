import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** What a server answered, and how long that took in milliseconds. */
export interface Replied {
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of any endpoint
  body: any
  ms: number
}

/** A gateway on kept connections: it posts to a server with its key. Throws on any answer but success. */
export class Gateway {
  readonly #url: string
  readonly #key: string
  readonly #agent: Agent

  constructor(url: string, key: string, connections: number) {
    this.#url = url
    this.#key = key
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  events = (lines: readonly string[]): Promise<Replied> =>
    this.#post('/v1/events', 'application/x-ndjson', lines.join('\n'))

  check = (accountId: string): Promise<Replied> =>
    this.#post('/v1/check', 'application/json', JSON.stringify({ accountId, plan: 'pro', inFlight: 1 }))

  async #post(path: string, type: string, body: string): Promise<Replied> {
    const started = performance.now()
    const headers = { authorization: `Bearer ${this.#key}`, 'content-type': type }
    const asking = request(this.#url + path, { method: 'POST', agent: this.#agent, headers })
    const answer = await new Promise<Replied & { status: number }>((done, failed) => {
      asking.on('error', failed).on('response', async (response) => {
        const body = JSON.parse(await text(response))
        done({ status: response.statusCode!, body, ms: performance.now() - started })
      })
      asking.end(body)
    })
    if (answer.status >= 300)
      throw new Error(`${path} was answered with ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  /** Follows the feed: calls back with every entitlement as it comes in. Returns how to hang up. */
  async follow(told: (entitlement: { accountId: string; access: string }) => void): Promise<() => void> {
    const headers = { authorization: `Bearer ${this.#key}` }
    const asking = request(`${this.#url}/v1/entitlements/stream`, { agent: false, headers })
    asking.on('error', () => {}) // hung up
    let rest = ''
    await new Promise<void>((done) => {
      asking.on('response', (response) => {
        response.setEncoding('utf8').on('data', (some: string) => {
          const rows = (rest + some).split('\n')
          rest = rows.pop()!
          for (const row of rows) if (row.startsWith('data: ')) told(JSON.parse(row.slice(6)))
        })
        done()
      })
      asking.end()
    })
    return () => asking.destroy()
  }

  close(): void {
    this.#agent.destroy()
  }
}
