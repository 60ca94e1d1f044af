import { LanekeeperError } from '../../errors.ts'

/** The public API of a server, asked with one key. An answer that is no success is a LanekeeperError. */
export interface ApiClient {
  get<Reply>(path: string): Promise<Reply>
  text(path: string): Promise<string>
  post<Reply>(path: string, body: unknown): Promise<Reply>
  /** Posts values as NDJSON. */
  stream<Reply>(path: string, values: readonly unknown[]): Promise<Reply>
}

export function apiClient(address: string, key: string): ApiClient {
  const ask = async (path: string, type?: string, body?: string): Promise<Response> => {
    const method = body === undefined ? 'GET' : 'POST'
    const headers = { authorization: `Bearer ${key}`, ...(type === undefined ? {} : { 'content-type': type }) }
    const answer = await fetch(address + path, { method, headers, ...(body === undefined ? {} : { body }) }).catch(
      (error) => Promise.reject(failed(`${method} ${path}`, `no answer (${error.cause?.code ?? error.message})`)),
    )
    if (!answer.ok) throw failed(`${method} ${path}`, `${answer.status} ${titleOf(await answer.text())}`)
    return answer
  }
  const json = async (answer: Response) => (await answer.json()) as never
  return {
    get: async (path) => json(await ask(path)),
    text: async (path) => (await ask(path)).text(),
    post: async (path, body) => json(await ask(path, 'application/json', JSON.stringify(body))),
    stream: async (path, values) =>
      json(await ask(path, 'application/x-ndjson', values.map((one) => JSON.stringify(one)).join('\n'))),
  }
}

/** What a problem+json says; the text of anything else. */
function titleOf(body: string): string {
  try {
    const { title, detail } = JSON.parse(body)
    return [title, detail].filter(Boolean).join(': ')
  } catch {
    return body
  }
}

/** The server did not do what the demo asked it. */
export const failed = (asked: string, answer: string): LanekeeperError =>
  new LanekeeperError(
    'server_failed',
    `the server failed the demo: ${asked}: ${answer.replace(/\.$/, '')}`,
    'What it logged may say why.',
  )
