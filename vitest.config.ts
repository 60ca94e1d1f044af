import { defineConfig } from 'vitest/config'

const postgres = ['test/support/postgresServer.ts']

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
      // Against a real PostgreSQL; the server starts once for these two.
      { extends: true, test: { name: 'int', include: ['test/**/*.int.test.ts'], globalSetup: postgres } },
      {
        extends: true,
        test: { name: 'flow', include: ['test/**/*.e2e.test.ts'], globalSetup: postgres, testTimeout: 600_000 },
      },
    ],
  },
})
