import type { StoredInput } from '../account.ts'
import type { RuleDocuments } from '../evaluate/documents.ts'

/** A rule set as a line of `--inputs`: its documents stand where its files would. */
export const rulesLine = ({ documents, effectiveFrom }: { documents: RuleDocuments; effectiveFrom: number }): string =>
  JSON.stringify({ kind: 'rules', effectiveFrom: moment(effectiveFrom), documents: filesOf(documents) })

/** A command or a tick as a line of `--inputs`. */
export function inputLine({ accountId, ordinal, input }: StoredInput): string {
  const place = { kind: input.kind, accountId, ordinal }
  if (input.kind === 'tick') return JSON.stringify({ ...place, at: moment(input.at) })
  const { commandAt, ...command } = input.command
  return JSON.stringify({ ...place, command: { ...command, commandAt: moment(commandAt) } })
}

function filesOf({ policy, notices, ...rules }: RuleDocuments): Record<string, unknown> {
  const inFolder = Object.entries(rules).flatMap(([folder, list]) =>
    list.map((rule) => [`${folder}/${rule.name}.json`, rule] as const),
  )
  const wordings = Object.entries(notices).map(([language, wording]) => [`notices/${language}.json`, wording] as const)
  return { 'policy.json': policy, ...Object.fromEntries([...inFolder, ...wordings]) }
}

const moment = (time: number) => new Date(time).toISOString()
