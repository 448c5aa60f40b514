import { expect, test } from 'vitest';
import { Journal } from './journal.ts';

test('what went wrong before there is a log is kept for it', () => {
  const printed: string[] = [];
  const kept: string[] = [];
  const journal = new Journal((line) => printed.push(line));
  journal.say('hello');
  journal.log(new Error('early'), 'start');
  journal.connect((text) => kept.push(text));
  journal.log(new Error('late'), 'window');
  expect(kept.map((text) => text.split('\n')[0])).toEqual([
    'Error (start): Error: early',
    'Error (window): Error: late',
  ]);
  expect(printed.map((text) => text.split('\n')[0])).toEqual([
    'hello',
    ...kept.map((text) => text.split('\n')[0]),
  ]);
});
