import { defineConfig } from 'vitest/config';

/** Tests of parts keep nothing between files, so that the modules need not be loaded for each anew. */
const PARTS = ['unit', 'property', 'contract'].map((layer) => `tests/${layer}/**/*.test.ts`);
const WHOLE = ['flow', 'architecture'].map((layer) => `tests/${layer}/**/*.test.ts`);

export default defineConfig({
  test: {
    setupFiles: ['tests/setup/loopback-only.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Much of the whole program's time is waiting, so that two cores serve three.
    maxWorkers: 3,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'parts', include: PARTS, isolate: false } },
      { extends: true, test: { name: 'whole', include: WHOLE } },
    ],
  },
});
