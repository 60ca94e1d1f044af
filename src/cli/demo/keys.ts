import { type Db, transaction } from '../../db.ts'
import { createKey } from '../../persist/keys.ts'

/** The keys of a demo: two for those who take part, and one for whoever watches and wants to try. */
export type Keys = Record<'gateway' | 'support' | 'admin', string>

export const makeKeys = (db: Db): Promise<Keys> =>
  transaction(db, async (tx) => {
    const made = async (role: keyof Keys) => (await createKey(tx, role)).key
    return { gateway: await made('gateway'), support: await made('support'), admin: await made('admin') }
  })
