import type { LedgerEntry } from '../account.ts'
import { commitInput } from '../consume/command.ts'
import type { PersonCommand } from '../decide/commands.ts'
import { CommandRefused } from '../decide/refusal.ts'
import type { KeyOwner } from '../persist/keys.ts'
import { accountExists } from '../persist/readAccount.ts'
import type { Api } from './deps.ts'
import { Problem } from './problems.ts'

/** A command as its sender tells it: who acts, and when, is known from the call. */
export type Told<Command> = Command extends unknown ? Omit<Command, 'actor' | 'commandAt'> : never

/** Who acts with a key, as the ledger names them; an admin acts as support. */
export const actorOf = ({ keyId, role }: KeyOwner): string => `${role === 'gateway' ? 'gateway' : 'support'}:${keyId}`

/** Carries a person's command out in one transaction and returns the ledger entries that it made. */
export async function carryOut(
  api: Api,
  caller: KeyOwner,
  accountId: string,
  command: Told<PersonCommand>,
): Promise<LedgerEntry[]> {
  if (!(await accountExists(api.db, accountId)))
    throw new Problem('not_found', { detail: 'Nothing is known of this account.' })
  const full = { ...command, actor: actorOf(caller), commandAt: api.now() } as PersonCommand
  const { type } = command
  try {
    const { entries } = await commitInput(accountId, { kind: 'command', command: full }, api)
    api.metrics.commands.inc({ type, result: 'done' })
    return entries
  } catch (error) {
    api.metrics.commands.inc({ type, result: error instanceof CommandRefused ? error.reason : 'failed' })
    throw error
  }
}
