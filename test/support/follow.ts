import { type IncomingMessage, request } from 'node:http'

/** A server-sent event. */
export interface Told {
  event: string
  id?: string
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of any event
  data: any
}

/** A stream that is being followed. */
export interface Followed {
  response: IncomingMessage
  /** All events so far. */
  told: Told[]
  /** The next event that is one of these; it must come. */
  until(is: (one: Told) => boolean): Promise<Told>
  /** Resolves when the connection is over, however. */
  over: Promise<void>
  hangUp(): void
}

/** Opens an event stream on a connection of its own. */
export async function follow(url: string, key: string, headers: Record<string, string> = {}): Promise<Followed> {
  const asking = request(url, { headers: { authorization: `Bearer ${key}`, ...headers }, agent: false })
  const response = await new Promise<IncomingMessage>((done, failed) =>
    asking.once('response', done).once('error', failed).end(),
  )
  asking.on('error', () => {})
  const told: Told[] = []
  const waiting = new Set<() => void>()
  const over = new Promise<void>((done) => response.once('close', done))
  let rest = ''
  response.setEncoding('utf8')
  response.on('error', () => {}) // cut off; `over` says so
  const reading = () =>
    response.on('data', (text: string) => {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop()!
      told.push(...blocks.flatMap(eventOf))
      for (const look of [...waiting]) look()
    })
  if (headers['x-test-pause'] === undefined) reading()
  else response.pause().once('resume', reading)
  const until = (is: (one: Told) => boolean) =>
    new Promise<Told>((done, failed) => {
      const look = () => {
        const found = told.find(is)
        if (!found) return
        waiting.delete(look)
        done(found)
      }
      waiting.add(look)
      look()
      over.then(() => failed(new Error(`the stream ended after ${JSON.stringify(told.at(-1))}`)))
    })
  return { response, told, until, over, hangUp: () => asking.destroy() }
}

function eventOf(block: string): Told[] {
  const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)!.slice(1))
  const of = (name: string) => fields.find(([one]) => one === name)?.[1]
  const [event, id, data] = [of('event'), of('id'), of('data')]
  return event === undefined ? [] : [{ event, ...(id === undefined ? {} : { id }), data: JSON.parse(data!) }]
}
