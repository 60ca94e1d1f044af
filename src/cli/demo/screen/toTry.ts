import type { Standing } from '../records.ts'

/** A demo that has gone by. */
export interface Ended {
  home: string
  seed: number
  /** Whether DATABASE_URL is set, which other commands would follow. */
  isElsewhere: boolean
  /** The account whose story is told. */
  account: Pick<Standing, 'accountId' | 'violations'>
  /** Left out once the server has ended. */
  server?: { address: string; adminKey: string } | undefined
}

/** What to try next, ready to paste. */
export function toTry({ home, seed, isElsewhere, account, server }: Ended): string {
  const { accountId } = account
  const elsewhere = isElsewhere ? 'env -u DATABASE_URL ' : ''
  const inHome = `${elsewhere}LANEKEEPER_HOME=${quoted(home)}`
  return [
    ...(server ? overHttp(account, server) : []),
    `${inHome} npx lanekeeper accounts show ${accountId}`,
    `npx lanekeeper start --demo --seed ${seed + 1}    # another day`,
  ].join('\n')
}

function overHttp(
  { accountId, violations }: Ended['account'],
  { address, adminKey }: NonNullable<Ended['server']>,
): string[] {
  const curl = (path: string, options = '') => `curl ${options}-H "Authorization: Bearer $KEY" ${address}${path}`
  const id = encodeURIComponent(accountId)
  const violationId = violations.findLast(({ status }) => status === 'active')?.id
  return [
    'The server stays up until Ctrl-C. In another terminal, with an admin key of this demo:',
    '',
    `export KEY=${adminKey}`,
    `${curl(`/v1/accounts/${id}`)}             # how it stands, and why`,
    `${curl(`/v1/accounts/${id}/timeline`)}    # its whole story`,
    `${curl('/v1/entitlements/stream', '-N ')}    # what every gateway hears`,
    ...(violationId === undefined
      ? []
      : [
          `${curl('/v1/appeals', "-H 'Content-Type: application/json' ")} -d '${JSON.stringify({ accountId, violationId })}'`,
          `# files an appeal; with the id in the answer, POST …/v1/appeals/ID/claim, then …/ID/decision {"outcome":"overturned","reason":"…"}`,
        ]),
  ]
}

/** A word for the shell. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
