import { catalogue } from '../catalogue.ts'
import { type Condition, type Leaf, leavesOf } from '../conditions.ts'

const rising = ['greaterThan', 'greaterThanInclusive']
const falling = ['lessThan', 'lessThanInclusive']

/**
 * Whether conditions on recovery hold for certain from so many minutes on and for ever, however the requests turned out: only
 * bounds from below on what time alone moves are certain.
 */
export function holdsByTimeAlone(node: Condition, minutes: number, negated = false): boolean {
  if ('not' in node) return holdsByTimeAlone(node.not, minutes, !negated)
  if ('fact' in node) {
    const isBound = (negated ? falling : rising).includes(node.operator)
    const isStrict = node.operator === (negated ? 'lessThanInclusive' : 'greaterThan')
    const value = Number(node.value)
    return isBound && catalogue[node.fact]?.clock !== undefined && (isStrict ? value < minutes : value <= minutes)
  }
  const children = ('all' in node ? node.all : node.any).map((child) => holdsByTimeAlone(child, minutes, negated))
  return 'all' in node !== negated ? children.every(Boolean) : children.some(Boolean)
}

/** Places of conditions that come true, or may, when more requests are unsure: more unsure ones, or a lesser part of coding. */
export const risesWithUnsure = (node: Condition): (string | number)[][] =>
  leavesOf(node).flatMap(({ leaf, path }) => {
    const negated = path.filter((part) => part === 'not').length % 2 === 1
    return isAgainst(leaf, negated) ? [path] : []
  })

function isAgainst({ fact, operator }: Leaf, negated: boolean): boolean {
  const harmless = /^usage\.\w+\.unsure(Share)?$/.test(fact) ? (negated ? rising : falling) : negated ? falling : rising
  const isAboutIt = /^usage\.\w+\.(unsure|unsureShare|coding|codingShare)$/.test(fact)
  return isAboutIt && !harmless.includes(operator)
}
