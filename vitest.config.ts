import { defineConfig } from 'vitest/config'

const postgres = ['test/support/postgresServer.ts']
const kafka = [...postgres, 'test/support/kafka/brokerSetup.ts']
const KAFKA = 'test/**/*.kafka.{e2e,int}.test.ts'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%', // most of the time tests wait for processes of theirs
    projects: [
      // What `npm run check` runs: architecture and generated files; under a second, no services.
      { extends: true, test: { name: 'check', include: ['test/{architecture,generated}.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{architecture,generated}.test.ts', 'test/**/*.{e2e,int}.test.ts'],
        },
      },
      // Against a real PostgreSQL; the server starts once for these three.
      {
        extends: true,
        test: { name: 'int', include: ['test/**/*.int.test.ts'], exclude: [KAFKA], globalSetup: postgres },
      },
      {
        extends: true,
        test: {
          name: 'flow',
          include: ['test/**/*.e2e.test.ts'],
          exclude: [KAFKA],
          globalSetup: postgres,
          testTimeout: 600_000,
        },
      },
      // Against a real Kafka beside it, which needs Java and Maven.
      { extends: true, test: { name: 'kafka', include: [KAFKA], globalSetup: kafka, testTimeout: 180_000 } },
    ],
  },
})
