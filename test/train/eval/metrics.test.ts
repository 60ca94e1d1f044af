import { expect, it } from 'vitest'
import { auc, type Case, calibrationError, falseAlarmsAt, recallAt } from '../../../src/train/eval/metrics.ts'

const cases = (scores: readonly [number, 0 | 1][]): Case[] =>
  scores.map(([score, target]) => ({ score, target, weight: 1 }))

it('AUC counts the pairs in the right order, ties as half', () => {
  expect(
    auc(
      cases([
        [0.1, 0],
        [0.9, 1],
      ]),
    ),
  ).toBe(1)
  expect(
    auc(
      cases([
        [0.9, 0],
        [0.1, 1],
      ]),
    ),
  ).toBe(0)
  expect(
    auc(
      cases([
        [0.5, 0],
        [0.5, 1],
        [0.7, 0],
        [0.8, 1],
      ]),
    ),
  ).toBe(0.625)
  expect(auc(cases([[0.5, 0]]))).toBeNaN()
})

it('AUC weighs cases', () => {
  const weighed = cases([
    [0.2, 0],
    [0.6, 0],
    [0.5, 1],
  ]).map((one, i) => ({ ...one, weight: i === 0 ? 3 : 1 }))
  expect(auc(weighed)).toBe(0.75)
})

it('false alarms at a recall are the coding share above the score that reaches it', () => {
  expect(
    falseAlarmsAt(
      cases([
        [0.9, 1],
        [0.8, 0],
        [0.7, 1],
        [0.2, 0],
        [0.1, 1],
        [0.05, 1],
      ]),
      0.5,
    ),
  ).toBe(0.5)
})

it('calibration error is the gap between probability and frequency', () => {
  expect(
    calibrationError(
      cases([
        [0.75, 1],
        [0.75, 1],
        [0.75, 1],
        [0.75, 0],
      ]),
    ),
  ).toBeCloseTo(0)
  expect(
    calibrationError(
      cases([
        [0.95, 0],
        [0.95, 0],
      ]),
    ),
  ).toBeCloseTo(0.95)
})

it('recall at a rate of false alarms is that of the lowest score that keeps to it', () => {
  const some = cases([
    [0.9, 1],
    [0.8, 0],
    [0.7, 1],
    [0.6, 1],
    [0.2, 0],
  ])
  expect(recallAt(some, 0)).toBeCloseTo(1 / 3)
  expect(recallAt(some, 0.5)).toBe(1)
  expect(
    recallAt(
      cases([
        [0.5, 0],
        [0.5, 1],
      ]),
      0.1,
    ),
  ).toBe(0)
})
