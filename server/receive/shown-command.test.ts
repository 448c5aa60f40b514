import { expect, it } from 'vitest';
import { shownCommand } from './shown-command.ts';

it.each([
  'EHLO client.test',
  'helo [192.0.2.1]',
  'MAIL FROM:<anna@example.com>',
  'MAIL FROM:<> SIZE=1024 BODY=8BITMIME SMTPUTF8',
  'mail from: <"odd name"@example.com>',
  'RCPT TO:<ben@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;ben@example.net',
  'DATA',
  'RSET',
  'NOOP',
  'QUIT',
  'StartTLS',
  'AUTH LOGIN',
  'AUTH plain',
])('shows %s', (line) => {
  expect(shownCommand(line, false)).toBe(line);
});

it.each([
  ['AUTH PLAIN AGFubmEAc2VjcmV0', 'AUTH PLAIN … (not shown)'],
  ['auth login YW5uYQ==', 'auth login … (not shown)'],
  ['AUTH  PLAIN   AGFubmEAc2VjcmV0', 'AUTH PLAIN … (not shown)'],
  ['AUTH c2VjcmV0', 'AUTH … (not shown)'],
  ['AUTH secret', 'AUTH … (not shown)'],
  ['AUTH', 'AUTH … (not shown)'],
  ['PASS secret', '… 11 bytes that are no command (not shown)'],
  ['c2VjcmV0', '… 8 bytes that are no command (not shown)'],
  ['x', '… 1 bytes that are no command (not shown)'],
  ['', '… 0 bytes that are no command (not shown)'],
  ['EHLO client.test secret', '… 23 bytes that are no command (not shown)'],
  ['NOOP secret', '… 11 bytes that are no command (not shown)'],
  ['Help me, my password is secret', '… 30 bytes that are no command (not shown)'],
  ['MAIL FROM: the secret', '… 21 bytes that are no command (not shown)'],
  ['RCPT TO:<a@b> my secret, and more', '… 33 bytes that are no command (not shown)'],
])('of %j shows %j', (line, shown) => {
  expect(shownCommand(line, false)).toBe(shown);
});

it('shows no answer to a challenge, whatever it looks like', () => {
  for (const line of ['c2VjcmV0', 'secret', 'QUIT', '*']) {
    expect(shownCommand(line, true)).toBe('… (answer not shown)');
  }
});
