import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['server/**/*.test.ts', 'bench/**/*.test.ts', 'scripts/**/*.test.mjs'],
    pool: 'forks',
    // Two: the tests open sockets and hash passwords, and a small machine has no more to give.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A test that was left focused would silently leave out all others.
    allowOnly: false,
  },
});
