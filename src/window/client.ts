/** The product that opens a User-Agent, in lower case: `claude-cli` of `claude-cli/2.0.14 (external, cli)`. */
export const productOf = (client: string): string => (/^[^/\s(]+/.exec(client.trim())?.[0] ?? '').toLowerCase()

/** Whether a client is named and not listed. A missing one is unknown, never unsupported. */
export const isUnsupported = (client: string | undefined, supported: ReadonlySet<string>): boolean =>
  client !== undefined && client.trim() !== '' && !supported.has(productOf(client))
