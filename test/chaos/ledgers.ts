/** What is compared, account by account: entries by `seq`, each its bytes. */
export type Ledgers = Readonly<Record<string, readonly string[]>>

/** Where two ledgers part, per account: the first entry that differs, and where in it. */
export function ledgerFindings(expected: Ledgers, actual: Ledgers): string[] {
  const accounts = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()
  return accounts.flatMap((accountId) => {
    const [right, found] = [expected[accountId] ?? [], actual[accountId] ?? []]
    const at = right.findIndex((entry, index) => entry !== found[index])
    if (at < 0 && found.length === right.length) return []
    const index = at < 0 ? right.length : at
    return [`account ${accountId}, seq ${index + 1}: ${difference(right[index], found[index])}`]
  })
}

/** Where accounts have come in their inputs, as a replay and as the database says. */
export function ordinalFindings(expected: ReadonlyMap<string, number>, actual: ReadonlyMap<string, number>): string[] {
  const accounts = [...new Set([...expected.keys(), ...actual.keys()])].sort()
  return accounts
    .filter((accountId) => expected.get(accountId) !== actual.get(accountId))
    .map((id) => `account ${id}: ${expected.get(id) ?? 0} inputs are right, ${actual.get(id) ?? 0} were counted`)
}

function difference(right: string | undefined, found: string | undefined): string {
  if (found === undefined) return `is missing: ${right}`
  if (right === undefined) return `is one too many: ${found}`
  const path = firstDifference(JSON.parse(right), JSON.parse(found))
  return `differs at ${path.join('.') || 'its bytes'}: ${right} is right, found was ${found}`
}

/** The way to the first value that two of JSON do not share. */
function firstDifference(one: unknown, other: unknown): string[] {
  if (!isTree(one) || !isTree(other)) return []
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
    if (JSON.stringify(one[key]) !== JSON.stringify(other[key])) return [key, ...firstDifference(one[key], other[key])]
  return []
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
