import type { Random } from './random.ts'

/** Goes round a list in an order of its own, in constant memory: nothing comes twice before everything has come once. */
export function walk<T>(items: readonly T[], next: Random): () => T {
  const stride = coprimeTo(items.length, 1 + Math.floor(next() * items.length))
  let at = Math.floor(next() * items.length)
  return () => {
    at = (at + stride) % items.length
    return items[at]!
  }
}

/** The first number from `from` on that shares no divisor with `size`: steps of it reach every place. */
function coprimeTo(size: number, from: number): number {
  let stride = from
  while (divisor(stride, size) !== 1) stride++
  return stride
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
