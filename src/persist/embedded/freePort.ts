import { once } from 'node:events'
import { createServer } from 'node:net'

/** A free port of this machine's own address: the preferred one if that is free. */
export async function freePort(preferred: number): Promise<number> {
  const isUsable = Number.isInteger(preferred) && preferred > 0 && preferred < 65_536
  return (isUsable ? await bound(preferred) : undefined) ?? (await bound(0))!
}

async function bound(port: number): Promise<number | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return undefined
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? address?.port : undefined
}
