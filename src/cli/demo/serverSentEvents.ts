/** A server-sent event. */
export interface ServerSentEvent {
  event: string
  id?: string
  data: string
}

/**
 * Reads what a stream of server-sent events says; `told` hears of a wish when to come back (`retry`, milliseconds). Lines end with a
 * line feed, as Lanekeeper writes them.
 */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
  retry: (ms: number) => void,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const fields = fieldsOf(block)
      const { event, id, data } = fields
      if (fields.retry !== undefined) retry(Number(fields.retry))
      if (event !== undefined && data !== undefined) yield { event, data, ...(id === undefined ? {} : { id }) }
    }
  }
}

/** `id: 7` as `{id: '7'}`; a comment has no name. */
const fieldsOf = (block: string): Record<string, string> =>
  Object.fromEntries(
    block.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value!]]
    }),
  )
