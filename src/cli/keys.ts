import { type Command, Option } from 'commander'
import { transaction } from '../db.ts'
import { EXIT } from '../errors.ts'
import { createKey, type Role, revokeKey, roles } from '../persist/keys.ts'
import { openDatabase } from './database.ts'
import { print, tell } from './output.ts'

/** `lanekeeper keys …` */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys')
  keys
    .command('create')
    .description('make a key and print it, this once, with nothing else on stdout')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .action(create)
  keys.command('revoke').description('end a key').argument('<key id>', 'as keys create told it').action(revoke)
}

async function create({ role }: { role: Role }): Promise<void> {
  const { db, close } = await openDatabase()
  try {
    const { key, keyId } = await transaction(db, (tx) => createKey(tx, role))
    tell(`${keyId} (${role}); the key is shown this once:`)
    print(key)
  } finally {
    await close()
  }
}

async function revoke(keyId: string): Promise<void> {
  const { db, close } = await openDatabase({ existing: true })
  try {
    if (await transaction(db, (tx) => revokeKey(tx, keyId))) return tell(`${keyId} is revoked`)
    tell(`lanekeeper: there is no key ${keyId} in force. Take the id as "keys create" told it.`)
    process.exitCode = EXIT.failed
  } finally {
    await close()
  }
}
