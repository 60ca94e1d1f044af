import { LanekeeperError } from '../../errors.ts'

/** What kafkajs throws, as far as it says what went wrong. */
interface Thrown {
  name?: string
  message?: string
  /** The protocol's word, e.g. TOPIC_AUTHORIZATION_FAILED. */
  type?: string
  /** Of the socket, or the protocol's number. */
  code?: string | number
  cause?: unknown
  /** Of one request about many things. */
  errors?: unknown[]
}

/** The protocol's word for what went wrong, if the brokers said one. */
export const protocolError = (error: unknown): string | undefined => innermost(error).type

/** What somebody has to mend, in a sentence with what to do; any other error as it is. */
export function kafkaFault(error: unknown): unknown {
  const { name = '', type = '', code = '', message = '' } = innermost(error)
  const found = FAULTS.find(([looks]) => looks.test(`${name} ${type} ${code} ${message}`))
  if (!found) return error
  const [, fault, said, hint] = found
  const detail = type || (typeof code === 'string' ? code : '')
  return new LanekeeperError(fault, detail ? `${said} (${detail})` : said, hint, { cause: error })
}

/** kafkajs wraps what it gave up on, more than once. */
function innermost(error: unknown): Thrown {
  let inner = error as Thrown
  for (;;) {
    const next = (inner.cause ?? inner.errors?.[0]) as Thrown | undefined
    if (!next || next === inner) return inner
    inner = next
  }
}

const FAULTS: readonly [RegExp, 'kafka_unavailable' | 'kafka_refused', string, string][] = [
  [
    /SASLAuthentication/,
    'kafka_refused',
    'the brokers do not take this user with this password',
    'Check KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD.',
  ],
  [
    /CERT|SSL|TLS|certificate/,
    'kafka_unavailable',
    'the brokers and Lanekeeper do not agree on TLS',
    'Check KAFKA_TLS, KAFKA_TLS_CA and the port of KAFKA_BROKERS.',
  ],
  [
    /AUTHORIZATION_FAILED/,
    'kafka_refused',
    'the brokers do not allow it to this user',
    'Let "lanekeeper doctor" say which right is missing.',
  ],
  [/UNKNOWN_TOPIC_OR_PARTITION/, 'kafka_refused', 'a topic is missing', 'Let "lanekeeper doctor" say which.'],
  [
    /Connection|Timeout|BrokerNotFound|NoBroker|MetadataNotLoaded|ECONN|ENOTFOUND|EAI_|ETIMEDOUT/,
    'kafka_unavailable',
    'the brokers of KAFKA_BROKERS do not answer',
    'Check hosts and ports, whether they run, and whether they want TLS.',
  ],
]
