import { expect, it, vi } from 'vitest';
import { remembering } from './remembering.ts';

it('asks once about each text, also where there is no answer', () => {
  const read = vi.fn((text: string) => (text === '' ? undefined : text.length));
  const length = remembering(read);
  expect(['a', 'bb', 'a', '', 'bb', ''].map(length)).toEqual([1, 2, 1, undefined, 2, undefined]);
  expect(read).toHaveBeenCalledTimes(3);
});

it('can be asked about any number of texts, and forgets', () => {
  const read = vi.fn((text: string) => Number(text));
  const number = remembering(read);
  for (let n = 0; n < 2500; n++) expect(number(String(n))).toBe(n);
  expect(number('0')).toBe(0);
  expect(read).toHaveBeenCalledTimes(2501);
});
