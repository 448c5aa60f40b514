import { expect, test } from 'vitest';
import { runChild } from './child.mjs';
import { SERVICE_FLAGS } from './service-flags.mjs';

test('Node takes the flags, and lets the service give memory back', async () => {
  const { output } = await runChild(process.execPath, [...SERVICE_FLAGS, '-p', 'typeof gc'], { quiet: true });
  expect(output).toBe('function\n');
});
