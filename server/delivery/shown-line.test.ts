import { expect, it } from 'vitest';
import { secretFilter, shownLine } from './shown-line.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
  ['EHLO mail.test', false, 'EHLO mail.test'],
  ['MAIL FROM:<a@b> SIZE=10', false, 'MAIL FROM:<a@b> SIZE=10'],
  [`AUTH PLAIN ${base64('\0anna\0secret')}`, true, 'AUTH PLAIN … (not shown)'],
  ['AUTH LOGIN', true, 'AUTH LOGIN'],
  ['AUTH CRAM-MD5', true, 'AUTH CRAM-MD5'],
  [base64('secret'), true, '… (answer not shown)'],
  ['EHLO', true, '… (answer not shown)'],
  ['QUIT', true, 'QUIT'],
])('%j (signing in: %s) is shown as %j', (line, isSigningIn, shown) => {
  expect(shownLine(line, isSigningIn)).toBe(shown);
});

it('takes secrets out of what the peer repeats', () => {
  const harmless = secretFilter({ user: 'anna', password: 'secret' });
  const [plain, encoded] = [base64('\0anna\0secret'), base64('secret')];
  expect(harmless(`535 No: ${plain} ${encoded} secret anna`)).toBe('535 No: ••• ••• ••• anna');
  expect(secretFilter(undefined)('250 secret')).toBe('250 secret');
  expect(secretFilter({ user: 'anna', password: '' })('250 Ok')).toBe('250 Ok');
});
