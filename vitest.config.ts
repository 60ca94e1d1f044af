import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
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
      { extends: true, test: { name: 'flow', include: ['test/**/*.e2e.test.ts'], testTimeout: 600_000 } },
    ],
  },
})
