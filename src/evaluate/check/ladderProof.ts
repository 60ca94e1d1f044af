import { isMilder, type Ladder } from '../ladder.ts'

/**
 * Proves promise 3 on the whole table: three or more active violations are a ban, fewer never are, every violation has an
 * answer, and a further one is never answered more mildly. Says in one sentence per broken cell kind what is wrong.
 */
export function proveLadder(ladder: Ladder): string[] {
  const faults = ladder.cases.flatMap((one) => {
    const step = ladder.prescribed(one)
    const before = one.active > 1 ? ladder.prescribed({ ...one, active: one.active - 1 }) : undefined
    const which = `${one.active} active violation${one.active > 1 ? 's' : ''}`
    const where = `${one.severity}, ${one.category}, ${one.plan}`
    if (!step) return [{ which, where, what: 'has no answer: add an enforce rule that reads so many' }]
    if (one.active >= 3 && step.kind !== 'ban')
      return [{ which, where, what: `is a ${step.kind}: three or more must be a ban` }]
    if (one.active < 3 && step.kind === 'ban') return [{ which, where, what: 'is a ban: fewer than three must not be' }]
    return before && isMilder(step, before)
      ? [{ which, where, what: `is a ${step.kind}, milder than one violation less` }]
      : []
  })
  const kinds = new Map<string, string[]>()
  for (const { which, what, where } of faults)
    kinds.set(`${which} ${what}`, [...(kinds.get(`${which} ${what}`) ?? []), where])
  return [...kinds].map(
    ([fault, where]) =>
      `the ladder breaks promise 3: ${fault} (${where[0]}${where.length > 1 ? ` and ${where.length - 1} more cases` : ''})`,
  )
}
