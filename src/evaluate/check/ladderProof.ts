import type { Step } from '../documents.ts'
import { isMilder, type Ladder } from '../ladder.ts'

/** What is wrong with the ladder, and the rule that answers so; none where no rule answers. */
export interface LadderFault {
  rule: string | undefined
  message: string
}

/**
 * Proves promise 3 on the whole table: three or more active violations are a ban, fewer never are, every violation has an
 * answer, and a further one is never answered more mildly. One fault per kind and rule, with its first case.
 */
export function proveLadder(ladder: Ladder): LadderFault[] {
  const faults = ladder.cases.flatMap((one) => {
    const before = one.active > 1 ? ladder.prescribed({ ...one, active: one.active - 1 }) : undefined
    const what = faultOf(one.active, ladder.prescribed(one), before)
    const count = `${one.active} active violation${one.active > 1 ? 's' : ''}`
    return what
      ? [{ what, rule: ladder.answeredBy(one), where: `${count}, ${one.severity}, ${one.category}, ${one.plan}` }]
      : []
  })
  return [...Map.groupBy(faults, ({ what, rule }) => `${rule} ${what}`).values()].map(([first, ...more]) => {
    const others = more.length > 0 ? ` and ${more.length} more cases` : ''
    return { rule: first!.rule, message: `breaks the ladder: ${first!.what} (${first!.where}${others})` }
  })
}

function faultOf(active: number, step: Step | undefined, before: Step | undefined): string | undefined {
  if (!step) return 'a violation has no answer; add an enforce rule that reads so many'
  if (active >= 3 && step.kind !== 'ban')
    return `three or more violations must be a ban, not a ${step.kind}; let it read fewer, or ban`
  if (active < 3 && step.kind === 'ban')
    return 'fewer than three violations must not be a ban; let it read three and more, or suspend'
  return before && isMilder(step, before) ? `a ${step.kind} is milder than the answer to one violation less` : undefined
}
