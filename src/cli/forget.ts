import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { type Db, transaction } from '../db.ts'
import { EXIT, LanekeeperError } from '../errors.ts'
import { countDeadLetters, eraseDeadLetters } from '../persist/deadLetters.ts'
import { type Erasable, eraseAccount, type Holdings, readErasable, requireKeyFor } from '../persist/erasure.ts'
import { openDatabase } from './database.ts'
import { print, tell } from './output.ts'
import { unknownAccount } from './readingOnRecord.ts'

interface Options {
  reason: string
  yes?: boolean
  json?: boolean
}

const LONGEST_REASON = 500

/** `lanekeeper accounts forget` */
export function addForget(accounts: Command): void {
  accounts
    .command('forget')
    .description('erase an account for good: the ledger still verifies, and a ban outlives it as a keyed marker')
    .argument('<account id>')
    .requiredOption('--reason <text>', 'why, which stays on record: never write who it is')
    .option('--yes', 'do it; without it, only what would be erased is told')
    .option('--json', 'print the outcome as JSON')
    .action(forget)
}

async function forget(accountId: string, { reason, yes = false, json }: Options): Promise<void> {
  refuseName(reason, accountId)
  const { db, close, erasureKey: key } = await openDatabase({ existing: true })
  try {
    const found = yes
      ? await transaction(db, (tx) => eraseAccount(tx, accountId, { by: actor(), reason, key }))
      : await readErasable(db, accountId)
    if (found) requireKeyFor(found, key)
    if (found && json) print(JSON.stringify({ erased: yes, ...found }))
    else if (found) for (const line of linesOf(found, yes)) print(line)
    else await forgetLetters(db, accountId, { yes, json })
  } finally {
    await close()
  }
  if (yes) return
  tell('Nothing was erased. With --yes it is, for good.')
  process.exitCode = EXIT.usage
}

/** An account of which no event could be taken is known by its dead letters alone. */
async function forgetLetters(db: Db, accountId: string, { yes, json }: { yes: boolean; json: boolean | undefined }) {
  const letters = yes
    ? await transaction(db, (tx) => eraseDeadLetters(tx, accountId))
    : await countDeadLetters(db, accountId)
  if (letters === 0) throw unknownAccount(accountId)
  if (json) print(JSON.stringify({ erased: yes, accountId, holdings: { dead_letters: letters } }))
  else
    print(`${letters} dead letters under ${accountId} ${yes ? 'are' : 'would be'} erased; nothing else is known of it`)
}

/** The reason outlives the account, so it must not name it; whether it names the person in other words, nobody can check. */
function refuseName(reason: string, accountId: string): void {
  const length = [...reason.trim()].length
  if (length === 0 || length > LONGEST_REASON)
    throw new LanekeeperError(
      'usage',
      `--reason is not 1 to ${LONGEST_REASON} characters long`,
      'Say why, in a sentence.',
    )
  if (isNamedIn(reason, accountId))
    throw new LanekeeperError('usage', '--reason names the account', 'It stays on record: say why, and not who.')
}

/** As a word of its own: an id may be as short as a letter. */
function isNamedIn(text: string, accountId: string): boolean {
  const [haystack, needle] = [text.toLowerCase(), accountId.toLowerCase()]
  const isWord = (character: string) => /[\p{L}\p{N}]/u.test(character)
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1))
    if (!isWord(haystack.charAt(at - 1)) && !isWord(haystack.charAt(at + needle.length))) return true
  return false
}

function actor(): string {
  try {
    return `cli:${userInfo().username}`
  } catch {
    return 'cli' // a user without a name, as containers have
  }
}

const WORDS: Record<keyof Holdings, string> = {
  ledger: 'ledger entries',
  violations: 'violations',
  appeals: 'appeals',
  notices: 'notices',
  outbox: 'entitlements',
  acknowledgements: 'acknowledgements of gateways',
  inputs: 'stored inputs',
  account_ids: 'slots of event ids',
  excerpts: 'excerpts',
  shadow_matches: 'shadow matches',
  evidence_access: 'records of who read it',
  dead_letters: 'dead letters',
}

function linesOf({ accountId, holdings, exemptedBy, ...standing }: Erasable, isErased: boolean): string[] {
  const held = (Object.keys(WORDS) as (keyof Holdings)[]).filter((name) => holdings[name] > 0)
  const list = held.map((name) => `, ${holdings[name]} ${WORDS[name]}`).join('')
  return [
    `${accountId} ${isErased ? 'is erased' : 'would be erased'}: its state${list}`,
    ...fateOf(standing),
    ...(exemptedBy > 0
      ? [`${exemptedBy} stored rule sets exempt it by name and stay as they are: take it out of policy.json`]
      : []),
  ]
}

/** What becomes of the restriction in force. */
function fateOf({ restriction, isBanHeld }: Pick<Erasable, 'restriction' | 'isBanHeld'>): string[] {
  if (restriction === 'none') return []
  if (restriction === 'ban')
    return ['its ban goes on: it is kept as a keyed marker, and is in force again when the account is seen again']
  if (isBanHeld) return ['its ban was waiting for review and is not kept: what is to stand must be confirmed first']
  return [`its ${restriction} ends with it: seen again, the account begins anew`]
}
