import { expect, test } from 'vitest';
import { DotStuffer } from './dot-stuffer.ts';

/** The response for a content that comes in the given parts. */
function stuffed(...parts: string[]): string {
  const stuffer = new DotStuffer();
  return Buffer.concat([...parts.map((part) => stuffer.push(Buffer.from(part))), stuffer.end()]).toString();
}

test.each([
  ['', '.\r\n'],
  ['a\r\n', 'a\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['a\r', 'a\r\n.\r\n'],
  ['.', '..\r\n.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['..\r\n', '...\r\n.\r\n'],
  ['a.b.\r\n', 'a.b.\r\n.\r\n'],
  ['\r\n.\r\n.a\r\n', '\r\n..\r\n..a\r\n.\r\n'],
])('%j becomes %j', (content, expected) => {
  expect(stuffed(content)).toBe(expected);
});

test('it does not matter where the content is cut', () => {
  const content = '.a\r\n..\r\nb.\r\n.\r\n\r\n.c\r\nd';
  const whole = stuffed(content);
  expect(stuffed(...content)).toBe(whole);
  for (let at = 0; at <= content.length; at++) {
    expect(stuffed(content.slice(0, at), content.slice(at)), `cut at ${at}`).toBe(whole);
  }
});

test('what a client gets back is what was there', () => {
  const content = Array.from({ length: 200 }, (_, i) => `${'.'.repeat(i % 4)}${i % 7 === 0 ? '' : 'x'}`).join(
    '\r\n',
  );
  const received = stuffed(content)
    .replace(/\.\r\n$/, '')
    .split('\r\n')
    .map((line) => (line.startsWith('.') ? line.slice(1) : line))
    .join('\r\n');
  expect(received.replace(/\r\n$/, '')).toBe(content);
});
