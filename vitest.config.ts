import { defineConfig } from 'vitest/config';

const common = {
  testTimeout: 20_000,
  hookTimeout: 20_000,
  // A test that was left focused would silently leave out all others.
  allowOnly: false,
};

export default defineConfig({
  test: {
    pool: 'forks',
    // Two: the tests open sockets and hash passwords, and a small machine has no more to give.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'server',
          environment: 'node',
          include: [
            'server/**/*.test.ts',
            'electron/**/*.test.ts',
            'bench/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
        },
      },
      {
        test: {
          ...common,
          name: 'trials',
          environment: 'node',
          include: ['e2e/trials/**/*.test.ts'],
          // After all others: they load the machine, and what they try has to answer meanwhile.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: 'renderer',
          environment: 'jsdom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['renderer/testing/setup.ts'],
        },
      },
    ],
  },
});
