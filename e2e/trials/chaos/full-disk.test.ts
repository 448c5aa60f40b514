import { expect, it } from 'vitest';
import { mountDisk } from './disk.ts';
import { fullDiskTrial } from './full-disk.ts';

it('refuses what it has no space for, loses nothing, and goes on when there is space', {
  timeout: 120_000,
}, async ({ skip }) => {
  const disk = await mountDisk(24);
  if (typeof disk === 'string') return skip(disk);
  try {
    const result = await fullDiskTrial(disk, 1, ['within DATA', 'at the commit', 'at Apply']);
    expect(result).toEqual({ cases: 3, problems: [] });
  } finally {
    await disk.remove();
  }
});
