/** What the process answers with. 130 and 143 are what a shell expects after Ctrl-C and SIGTERM. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const

/** The closed list of what can go wrong by somebody's mistake; codes are stable, wording is not. */
const EXIT_OF = {
  usage: EXIT.usage,
  file_missing: EXIT.failed,
  file_unreadable: EXIT.failed,
  file_damaged: EXIT.failed,
  output_failed: EXIT.failed,
  rules_invalid: EXIT.failed,
  model_invalid: EXIT.failed,
  inputs_invalid: EXIT.failed,
  command_refused: EXIT.failed,
  schema_newer: EXIT.failed,
  schema_old: EXIT.failed,
  database_unavailable: EXIT.failed,
  database_in_use: EXIT.failed,
  database_foreign: EXIT.failed,
  database_missing: EXIT.failed,
  kafka_unavailable: EXIT.failed,
  kafka_refused: EXIT.failed,
  port_taken: EXIT.failed,
  server_failed: EXIT.failed,
  account_unknown: EXIT.failed,
  erasure_key_missing: EXIT.failed,
  dead_letter_unknown: EXIT.failed,
} as const

export type ErrorCode = keyof typeof EXIT_OF

/** A mistake that its maker can mend: the message says what was wrong and where, `hint` what to do. No stack is shown. */
export class LanekeeperError extends Error {
  override name = 'LanekeeperError'
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }

  get exitCode(): number {
    return EXIT_OF[this.code]
  }
}
