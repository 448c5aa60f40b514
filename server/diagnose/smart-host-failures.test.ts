/** Each step's failure has its own sentence and something to do about it, and nothing follows it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Settings } from '../contract/settings.ts';
import { anna, type Bench, failedStep, openBench, tryOut } from '../testing/fixtures/smart-host-trial.ts';
import type { SinkOptions } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.stop());

describe('each failure has its own sentence', () => {
  const cases: [string, SinkOptions, Partial<Settings['smartHost']>, string, RegExp][] = [
    [
      'a silent server',
      { greeting: 'hang' },
      {},
      'greeting',
      /was silent for 0 s instead of giving the greeting/,
    ],
    ['one that hangs up', { greeting: 'drop' }, {}, 'greeting', /hung up instead of giving the greeting/],
    [
      'a server that is busy',
      { greeting: { close: '421 4.3.2 Later' } },
      {},
      'greeting',
      /is busy: 421 4\.3\.2 Later/,
    ],
    [
      'one that does not want us',
      { greeting: { close: '554 5.7.1 No' } },
      {},
      'greeting',
      /does not want mail from this machine: 554/,
    ],
    [
      'something else entirely',
      { greeting: { raw: 'SSH-2.0-x\r\n' } },
      {},
      'greeting',
      /no mail server: it said “SSH-2\.0-x”/,
    ],
    [
      'EHLO refused',
      { ehlo: '550 5.7.1 Bad name' },
      {},
      'EHLO',
      /does not accept the name mail\.waypost\.test: 550/,
    ],
    [
      'EHLO and HELO refused',
      { ehlo: '502 5.5.1 No', helo: '550 5.7.1 Who?' },
      {},
      'EHLO',
      /name mail\.waypost\.test: 550 5\.7\.1 Who/,
    ],
    [
      'a greeting without an end',
      { greeting: { raw: '220 half' } },
      {},
      'greeting',
      /was silent for 0 s instead of giving the greeting/,
    ],
    ['cut with a reset', { ehlo: 'reset' }, {}, 'EHLO', /hung up instead of giving the answer to EHLO/],
    [
      'dropped at STARTTLS',
      { starttls: 'on', ehlo: ({ session }) => (session.commands.length > 1 ? 'drop' : undefined) },
      {},
      'ehlo-tls',
      /hung up instead of giving the answer to EHLO/,
    ],
    ['dropped at MAIL', { mail: 'drop' }, {}, 'message', /hung up instead of giving the answer to MAIL/],
    ['dropped at RCPT', { rcpt: 'drop' }, {}, 'message', /hung up instead of giving the answer to RCPT/],
    ['dropped at DATA', { data: 'drop' }, {}, 'message', /hung up instead of giving the answer to DATA/],
    [
      'a sign-in that ends in nothing',
      { starttls: 'on', auth: { users: {}, reply: '250 2.0.0 Maybe' } },
      anna,
      'sign-in',
      /strange answer to the sign-in: 250/,
    ],
    ['dropped at EHLO', { ehlo: 'drop' }, {}, 'EHLO', /hung up instead of giving the answer to EHLO/],
    [
      'no STARTTLS, though required',
      {},
      { security: 'starttls' },
      'starttls',
      /does not offer STARTTLS, which Security requires/,
    ],
    [
      'STARTTLS refused',
      { starttls: 'refused' },
      { security: 'starttls' },
      'tls',
      /offers STARTTLS, but refuses it now: 454/,
    ],
    ['STARTTLS that is no TLS', { starttls: 'broken' }, {}, 'tls', /does not speak TLS here/],
    ['STARTTLS and then silence', { starttls: 'silent' }, {}, 'tls', /did not begin within/],
    ['TLS where plain text is spoken', {}, { security: 'tls' }, 'tls', /does not speak TLS here/],
    [
      'a certificate nobody vouches for, where it counts',
      { starttls: 'on' },
      { security: 'starttls' },
      'certificate',
      /made it for itself/,
    ],
    ['no sign-in offered', { starttls: 'on' }, anna, 'sign-in', /does not offer to sign in here/],
    [
      'no encryption for the password',
      { auth: { users: {} } },
      anna,
      'sign-in',
      /offers no encryption, and without it/,
    ],
    [
      'ways to sign in that we don’t know',
      { starttls: 'on', extensions: ['AUTH DIGEST-MD5 XOAUTH2'] },
      anna,
      'sign-in',
      /by DIGEST-MD5, XOAUTH2 only/,
    ],
    [
      'a wrong password',
      { starttls: 'on', auth: { users: { anna: 'other' } } },
      anna,
      'sign-in',
      /refuses account name or password: 535/,
    ],
    [
      'passwords switched off',
      { starttls: 'on', auth: { users: {}, reply: '535 5.7.139 Authentication unsuccessful' } },
      anna,
      'sign-in',
      /no longer takes passwords: 535 5\.7\.139/,
    ],
    [
      'basic authentication switched off',
      { starttls: 'on', auth: { users: {}, reply: '550 5.7.30 Basic authentication is not supported' } },
      anna,
      'sign-in',
      /no longer takes passwords: 550 5\.7\.30/,
    ],
    [
      'an app password wanted',
      { starttls: 'on', auth: { users: {}, reply: '534 5.7.9 Application-specific password required' } },
      anna,
      'sign-in',
      /wants another password: 534/,
    ],
    [
      'a password that can’t be checked now',
      { starttls: 'on', auth: { users: {}, reply: '454 4.7.0 Later' } },
      anna,
      'sign-in',
      /can’t check the password now: 454/,
    ],
    [
      'dropped at the sign-in',
      { starttls: 'on', auth: { users: {}, reply: 'drop' } },
      anna,
      'sign-in',
      /hung up instead of giving the answer to the sign-in/,
    ],
    [
      'the sender refused',
      { mail: '553 5.7.1 Not yours' },
      {},
      'message',
      /refuses the sender postmaster@mail\.waypost\.test: 553/,
    ],
    [
      'the recipient refused',
      { rcpt: '550 5.7.1 Relaying denied' },
      {},
      'message',
      /refuses the recipient bob@remote\.test: 550/,
    ],
    ['DATA refused', { data: '554 5.5.1 No' }, {}, 'message', /refuses to take a message: 554/],
    ['the message refused', { body: '550 5.7.1 Spam' }, {}, 'message', /refuses the message: 550/],
    [
      'dropped after the message',
      { body: 'drop' },
      {},
      'message',
      /hung up instead of giving the answer to the message/,
    ],
  ];

  test.each(cases)('%s', async (_, options, smartHost, id, detail) => {
    const sink = await bench.peer(options);
    const seen = await tryOut(sink.port, smartHost, { sendTo: 'bob@remote.test' });
    expect(failedStep(seen)).toMatchObject({ id, detail: expect.stringMatching(detail) });
    expect(failedStep(seen)?.advice).not.toBe('');
    // Nothing follows a failed step.
    expect(seen.steps.at(-1)?.id).toBe(id);
    expect(seen.summary).toBe('The SmartHost can’t be used like this.');
    await eventually(() => sink.now === 0, { what: 'the connection to end' });
  });

  test('no two steps fail in the same words', () => {
    const told = cases.map(([, , , id, detail]) => `${id} ${String(detail)}`);
    const repeated = told.filter((one, index) => told.indexOf(one) !== index);
    // Each by its advice: TLS that is none, and those who say nothing or cut the connection.
    expect(repeated.sort()).toEqual([
      'EHLO /hung up instead of giving the answer to EHLO/',
      'greeting /was silent for 0 s instead of giving the greeting/',
      'tls /does not speak TLS here/',
    ]);
  });
});
