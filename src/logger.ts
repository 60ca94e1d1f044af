import { destination, type Logger, pino } from 'pino'

/** What a request carries of its sender's words; whatever is logged under these names is not written. */
const words = ['input', 'text', 'system', 'statement', 'reason']

/** Structured log lines on stderr, at and above a level. Prompts do not get into it, even if an event is logged whole. */
export const createLogger = (level: string): Logger =>
  pino(
    { level, base: null, redact: words.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]) },
    destination({ dest: 2, sync: true }),
  )
