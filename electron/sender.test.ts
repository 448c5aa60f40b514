import { expect, test } from 'vitest';
import { isFromOwnPage } from './sender.ts';

const contents = {};
const frame = (url: string, parent: unknown = null) => ({ url, parent });

test.each([
  ['our page', { sender: contents, senderFrame: frame('app://waypost/') }, true],
  ['our page at a tab', { sender: contents, senderFrame: frame('app://waypost/#status') }, true],
  ['a frame within our page', { sender: contents, senderFrame: frame('app://waypost/', {}) }, false],
  ['a frame that is gone', { sender: contents, senderFrame: null }, false],
  ['another window', { sender: {}, senderFrame: frame('app://waypost/') }, false],
  ['another host of our protocol', { sender: contents, senderFrame: frame('app://waypost.example/') }, false],
  [
    'another page of our protocol',
    { sender: contents, senderFrame: frame('app://waypost/other.html') },
    false,
  ],
  ['our page with a query', { sender: contents, senderFrame: frame('app://waypost/?a=1') }, false],
  ['a page of the web', { sender: contents, senderFrame: frame('https://waypost/') }, false],
  ['a name that begins like ours', { sender: contents, senderFrame: frame('app://waypost@evil/') }, false],
  ['a file', { sender: contents, senderFrame: frame('file:///app://waypost/') }, false],
  ['nothing', { sender: contents, senderFrame: frame('about:blank') }, false],
  ['no address', { sender: contents, senderFrame: frame('') }, false],
])('%s', (_, sent, expected) => {
  expect(isFromOwnPage(sent, contents)).toBe(expected);
});

test('nobody is served while there is no window', () => {
  const sent = { sender: undefined, senderFrame: frame('app://waypost/') };
  expect(isFromOwnPage(sent, undefined)).toBe(false);
});
