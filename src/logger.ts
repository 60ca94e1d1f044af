import { destination, type Logger, pino } from 'pino'

/** What a request carries of its sender's words and of its key; whatever is logged under these names is not written. */
const words = ['input', 'text', 'system', 'statement', 'reason', 'excerpt', 'key', 'authorization', 'headers', 'body']

/** Structured log lines on stderr, at and above a level. Prompts do not get into it, even if an event is logged whole. */
export const createLogger = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      serializers: { err: withoutRows },
      redact: words.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    },
    destination({ dest: 2, sync: true }),
  )

/** An error without what PostgreSQL adds to one: the row that failed, which holds people's words. */
const withoutRows = ({ name, message, stack, code }: Error & { code?: unknown }) => ({ name, message, stack, code })
