import type { Step } from '../documents.ts'
import { isMilder, type Ladder } from '../ladder.ts'

/**
 * Proves promise 3 on the whole table: three or more active violations are a ban, fewer never are, every violation has an
 * answer, and a further one is never answered more mildly. One sentence per kind of fault, with its first case.
 */
export function proveLadder(ladder: Ladder): string[] {
  const faults = ladder.cases.flatMap((one) => {
    const before = one.active > 1 ? ladder.prescribed({ ...one, active: one.active - 1 }) : undefined
    const what = faultOf(one.active, ladder.prescribed(one), before)
    const count = `${one.active} active violation${one.active > 1 ? 's' : ''}`
    return what ? [{ what, where: `${count}, ${one.severity}, ${one.category}, ${one.plan}` }] : []
  })
  return [...Map.groupBy(faults, ({ what }) => what)].map(([what, [first, ...more]]) => {
    const others = more.length > 0 ? ` and ${more.length} more cases` : ''
    return `the ladder breaks promise 3: ${what} (${first!.where}${others})`
  })
}

function faultOf(active: number, step: Step | undefined, before: Step | undefined): string | undefined {
  if (!step) return 'a violation has no answer; add an enforce rule that reads so many'
  if (active >= 3 && step.kind !== 'ban') return `three or more violations must be a ban, not a ${step.kind}`
  if (active < 3 && step.kind === 'ban') return 'fewer than three violations must not be a ban'
  return before && isMilder(step, before) ? `a ${step.kind} is milder than the answer to one violation less` : undefined
}
