import { expect, it } from 'vitest';
import { noReply, parseReply, replyText, statusOf } from './reply.ts';

it.each<[response: string, code: number, enhanced: string, text: string]>([
  ['250 2.0.0 Queued as 1', 250, '2.0.0', 'Queued as 1'],
  ['250 OK', 250, '', 'OK'],
  ['250', 250, '', ''],
  ['250 ', 250, '', ''],
  ['550 5.1.1', 550, '5.1.1', ''],
  ['550-5.1.1 No such\r\n550 5.1.1 user here', 550, '5.1.1', 'No such user here'],
  ['550-5.1.1 No such\n550 user', 550, '5.1.1', 'No such user'],
  ['550-No such\r\ncontinued without code\r\n550 end', 550, '', 'No such continued without code end'],
  ['421 4.7.0 10.0.0.1 Error: 1.2.3', 421, '4.7.0', '10.0.0.1 Error: 1.2.3'],
  ['550 5.1.1000 odd', 550, '', '5.1.1000 odd'],
  ['550 2.1.1 contradicts itself', 550, '', '2.1.1 contradicts itself'],
  ['554 bad\rline\u001b[31m\u0000', 554, '', 'bad line [31m'],
  ['554 line\u2028separator', 554, '', 'line separator'],
  ['', 0, '', ''],
  ['Bad greeting', 0, '', 'Bad greeting'],
  ['25', 0, '', '25'],
  ['2500 too long', 0, '', '2500 too long'],
  ['199 no such class', 0, '', '199 no such class'],
  ['650 no such class', 0, '', '650 no such class'],
  ['two\r\nlines', 0, '', 'two lines'],
])('reads %j', (response, code, enhanced, text) => {
  expect(parseReply(response)).toEqual({ code, enhanced, text });
});

it('keeps a bounded part of an endless reply', () => {
  const { text } = parseReply(`550-${'x'.repeat(600)}\r\n`.repeat(1000));
  expect(text).toHaveLength(1001);
  expect(text.endsWith('x…')).toBe(true);
});

it('writes a reply in one line, without what is not there', () => {
  expect(replyText({ code: 550, enhanced: '5.1.1', text: 'No such user' })).toBe('550 5.1.1 No such user');
  expect(replyText({ code: 250, enhanced: '', text: '' })).toBe('250');
  expect(replyText(noReply('Connection refused.'))).toBe('Connection refused.');
});

it.each([
  [{ code: 550, enhanced: '5.1.1', text: '' }, true, '5.1.1'],
  [{ code: 550, enhanced: '', text: '' }, true, '5.0.0'],
  [{ code: 450, enhanced: '', text: '' }, false, '4.0.0'],
  [{ code: 250, enhanced: '', text: '' }, false, '2.0.0'],
  [noReply('Timed out.'), false, '4.4.2'],
  [noReply('', ''), false, '4.0.0'],
])('the status of %j (failed: %s) is %s', (reply, failed, status) => {
  expect(statusOf(reply, failed)).toBe(status);
});
