import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { defaultDataFolder } from '../server/host/data-folder.ts';
import { loginArguments, readArguments } from './arguments.ts';

test.each([
  [['--data', '/a/b'], { dataFolder: resolve('/a/b'), named: '/a/b', hidden: false }],
  [['--data=/a/b', '--hidden'], { dataFolder: resolve('/a/b'), named: '/a/b', hidden: true }],
  [['--hidden', '--lang=de'], { dataFolder: resolve(defaultDataFolder()), named: undefined, hidden: true }],
  [['--data'], { dataFolder: resolve(defaultDataFolder()), named: undefined, hidden: false }],
  [[], { dataFolder: resolve(defaultDataFolder()), named: undefined, hidden: false }],
])('%j', (args, expected) => {
  expect(readArguments(args)).toEqual(expected);
});

test('at login it starts on the same folder, without a window', () => {
  const named = readArguments(['--data', '/a b']);
  expect(loginArguments(named, undefined)).toEqual([`--data=${resolve('/a b')}`, '--hidden']);
  expect(loginArguments(readArguments([]), '/checkout')).toEqual(['/checkout', '--hidden']);
  // And what it writes it can read.
  expect(readArguments(loginArguments(named, undefined))).toMatchObject({
    named: resolve('/a b'),
    hidden: true,
  });
});
