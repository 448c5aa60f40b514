import { expect, it } from 'vitest';
import { nameAside } from './put-aside.ts';

it.each([
  ['/data/log.db', 'unusable', '/data/log.unusable-2026-11-30T10-20-30-456Z.db'],
  ['/data/waypost.db-wal', 'damaged', '/data/waypost.damaged-2026-11-30T10-20-30-456Z.db-wal'],
  ['settings.json', 'damaged', 'settings.damaged-2026-11-30T10-20-30-456Z.json'],
] as const)('%s, %s, is kept as %s', (path, what, aside) => {
  expect(nameAside(path, what, new Date('2026-11-30T10:20:30.456Z'))).toBe(aside);
});
