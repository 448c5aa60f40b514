import { expect, it } from 'vitest';
import { mountDisk } from './disk.ts';
import { readOnlyLater, readOnlyStart } from './read-only.ts';

it('says that the disk is read-only, and ends', { timeout: 60_000 }, async ({ skip }) => {
  const disk = await mountDisk(24);
  if (typeof disk === 'string') return skip(disk);
  try {
    expect(await readOnlyStart(disk)).toEqual([]);
  } finally {
    await disk.remove();
  }
});

it('loses nothing when its rights are taken away', { timeout: 60_000 }, async ({ skip }) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return skip('only root can run it as somebody else');
  }
  expect(await readOnlyLater()).toEqual([]);
});
