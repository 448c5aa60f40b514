import { expect, test } from 'vitest';
import { numbers, parseCommand, parsePlain } from './command.ts';

test.each([
  ['QUIT', { verb: 'QUIT', rest: '' }],
  ['quit', { verb: 'QUIT', rest: '' }],
  ['RETR 1', { verb: 'RETR', rest: '1' }],
  ['PASS  two words ', { verb: 'PASS', rest: ' two words ' }],
  ['', { verb: '', rest: '' }],
  [' QUIT', { verb: '', rest: 'QUIT' }],
])('%j', (line, expected) => {
  expect(parseCommand(line)).toEqual(expected);
});

test.each([
  ['1', 1, 1, [1]],
  ['', 1, 0, []],
  ['', 1, 1, undefined],
  ['1 2', 2, 2, [1, 2]],
  ['1', 2, 2, undefined],
  ['1 2', 1, 1, undefined],
  ['-1', 1, 1, undefined],
  ['1.5', 1, 1, undefined],
  ['0x1', 1, 1, undefined],
  ['9999999999', 1, 1, undefined],
  ['a', 1, 0, undefined],
])('numbers of %j, %i at most, %i at least', (rest, most, least, expected) => {
  expect(numbers(rest, most, least)).toEqual(expected);
});

const plain = (text: string) => Buffer.from(text).toString('base64');

test.each([
  [plain('\0anna\0secret'), { user: 'anna', password: 'secret' }],
  [plain('anna\0anna\0secret'), { user: 'anna', password: 'secret' }],
  [plain('\0änna\0gehëim'), { user: 'änna', password: 'gehëim' }],
  [plain('bob\0anna\0secret'), undefined],
  [plain('\0\0secret'), undefined],
  [plain('anna\0secret'), undefined],
  [plain('\0anna\0se\0cret'), undefined],
  ['not base64!', undefined],
  ['', undefined],
])('PLAIN %j', (base64, expected) => {
  expect(parsePlain(base64)).toEqual(expected);
});
