import { describe, expect, it } from 'vitest';
import { partsOf } from './queue-steering.ts';

describe('parts of many recipients', () => {
  const ids = (message: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${message}-${index + 1}`);

  it('have about the wanted size, and nobody twice', () => {
    const all = ['A', 'B', 'C', 'D', 'E'].flatMap((message) => ids(message, 1));
    expect(partsOf([...all, ...all], 2)).toEqual([['A-1', 'B-1'], ['C-1', 'D-1'], ['E-1']]);
    expect(partsOf(all, 99)).toEqual([all]);
    expect(partsOf([], 2)).toEqual([]);
  });

  it('keep those of one message together, however they were named', () => {
    const shuffled = ['B-1', 'A-2', 'C-1', 'A-10', 'A-1', 'B-2'];
    expect(partsOf(shuffled, 2)).toEqual([['A-1', 'A-10', 'A-2'], ['B-1', 'B-2'], ['C-1']]);
    expect(partsOf(ids('A', 7), 2)).toHaveLength(1);
  });
});
