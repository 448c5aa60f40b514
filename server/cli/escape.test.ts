import { expect, test } from 'vitest';
import { escapeControls } from './escape.ts';

test.each([
  ['plain text stays, Grüße 📬 too', 'plain text stays, Grüße 📬 too'],
  ['\u001b[2J', '\\x1b[2J'],
  ['\u009b31m', '\\x9b31m'],
  ['a\r\nb\tc', 'a\\r\\nb\\tc'],
  ['\u0000\u007f', '\\x00\\x7f'],
  ['abc\u202edef', 'abc\\u202edef'],
  ['a\u2028b', 'a\\u2028b'],
  ['half \ud83d.', 'half \\ud83d.'],
])('%j becomes %s', (text, expected) => {
  expect(escapeControls(text)).toBe(expected);
});
