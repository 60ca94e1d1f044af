import { connect, createServer, type Socket } from 'node:net'

/** Stands between a service and its PostgreSQL. */
export interface LosingProxy {
  /** The database's address by way of here. */
  url: string
  /** Cuts the connection of the next transaction that says this, once PostgreSQL has committed it and before anybody hears of that. */
  loseAnswerTo(words: string): void
  close(): Promise<void>
}

/** Opens a way to a database that passes everything on, until it is told to lose something. */
export async function losingProxy(databaseUrl: string): Promise<LosingProxy> {
  const address = new URL(databaseUrl)
  const { hostname, port } = address
  const sockets = new Set<Socket>()
  let words: string | undefined
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    const cut = () => [near, far].forEach((one) => void one.destroy())
    let said = ''
    let isLosing = false
    near.on('data', (chunk) => {
      if (words !== undefined) said += chunk.toString('latin1')
      isLosing = words !== undefined && said.includes(words) && said.endsWith('commit\0')
      far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (!isLosing) return void near.write(chunk)
      words = undefined
      cut()
    })
    for (const one of [near, far]) {
      sockets.add(one)
      one.on('error', cut).on('close', cut)
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  address.host = `127.0.0.1:${(server.address() as { port: number }).port}`
  return {
    url: address.href,
    loseAnswerTo(one) {
      words = one
    },
    async close() {
      for (const one of sockets) one.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
