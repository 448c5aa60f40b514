import { expect, it } from 'vitest';
import { newMessageId } from './message.ts';

it('makes ids of 16 plain characters that can be read aloud', () => {
  for (let count = 0; count < 200; count++) expect(newMessageId()).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
});

it('makes ids that sort by time, from 1970 to the year 3000', () => {
  const times = [0, 1, 31, 32, 1023, 1024, Date.UTC(2026, 0), Date.UTC(2026, 0) + 1, Date.UTC(3000, 0)];
  const ids = times.map((time) => newMessageId(time));
  expect([...ids].sort()).toEqual(ids);
});

it('does not repeat itself within a millisecond', () => {
  const ids = Array.from({ length: 1000 }, () => newMessageId(1));
  expect(new Set(ids).size).toBe(1000);
});
