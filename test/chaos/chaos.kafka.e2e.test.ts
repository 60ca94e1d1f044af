import { expect, it } from 'vitest'
import { describeOwnBroker } from '../support/kafka/kafka.ts'
import { describeDatabase } from '../support/postgres.ts'
import { describeShared } from '../support/shared.ts'
import { partOfWeek } from '../support/week.ts'
import { chaos } from './chaos.ts'
import { logged, merged, simulated } from './lines.ts'

const SEED = 1
const DOSE = { workers: 3, partitions: 6, kills: 2, stops: 1, brokerRestarts: 1, databaseRestarts: 1, appeals: 4 }

// A short run of `npm run chaos`.
describeShared('while everything around them fails', () =>
  describeDatabase('on a database', () =>
    describeOwnBroker('and a broker of their own', () => {
      it('workers lose nothing and count nothing twice', async () => {
        const lines = merged(logged(await partOfWeek()), simulated(SEED, 15_000))
        const told: string[] = []
        const print = (line: string) => void told.push(line)
        const { signal } = new AbortController()
        const { findings, figures } = await chaos({ ...DOSE, seed: SEED, lines, print, signal })
        expect(findings, [...told, ...figures].join('\n')).toEqual([])
      })
    }),
  ),
)
