import type { Table } from '../classify/model.ts'

/**
 * Floats in 8 bits: the unit is chosen so that only one weight in 100,000 is clipped, and rounding to it sends the small
 * weights, most of a hashed table, to zero.
 */
export function quantise(weights: Float32Array | Float64Array): Table {
  const sizes = Float64Array.from(weights.filter((weight) => weight !== 0))
    .map(Math.abs)
    .sort()
  const clipped = Math.ceil((weights.length - 1) * 0.00001)
  const unit = (sizes[sizes.length - 1 - clipped] || sizes.at(-1) || 1) / 127
  const rounded = new Int8Array(weights.length)
  for (let i = 0; i < rounded.length; i++) {
    if (weights[i] !== 0) rounded[i] = Math.max(-127, Math.min(127, Math.round(weights[i]! / unit)))
  }
  return { unit, weights: rounded }
}
