import type { TestProject } from 'vitest/node'
import { type OwnBroker, startBroker } from './broker.ts'
import { NoKafka } from './run.ts'

/** The broker of this run: our own, somebody's whose addresses were given, or why there is none. */
export type TestBroker = OwnBroker | { plain: string; tls?: undefined } | { missing: string }

declare module 'vitest' {
  export interface ProvidedContext {
    kafka: TestBroker
  }
}

/** vitest's globalSetup of the project whose tests need Kafka. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.KAFKA_BROKERS
  if (given) {
    project.provide('kafka', { plain: given })
    return
  }
  try {
    const { plain, tls, sasl, ca, stop } = await startBroker()
    project.provide('kafka', { plain, tls, sasl, ca })
    return stop
  } catch (error) {
    if (!(error instanceof NoKafka)) throw error
    project.provide('kafka', { missing: error.message })
    return
  }
}
