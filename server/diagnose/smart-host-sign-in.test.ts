/** Signing in at a SmartHost, as deliveries do, and keeping the password out of what is told. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ANNAS,
  anna,
  type Bench,
  failedStep,
  openBench,
  PASSWORD,
  stepOf,
  tryOut,
} from '../testing/fixtures/smart-host-trial.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.stop());

test('LOGIN where PLAIN is not offered, and nothing of it in the transcript', async () => {
  const sink = await bench.peer({ starttls: 'on', auth: { ...ANNAS, mechanisms: ['LOGIN'] } });
  const seen = await tryOut(sink.port, anna);
  expect(stepOf(seen, 'sign-in')?.state).toBe('passed');
  expect(seen.transcript.filter((line) => line === 'C: ****')).toHaveLength(2);
});

test('what the server repeats of the password is left out everywhere', async () => {
  const both = [PASSWORD, Buffer.from(`\0anna\0${PASSWORD}`).toString('base64')].join(' ');
  const sink = await bench.peer({
    starttls: 'on',
    auth: { users: {}, reply: `535-5.7.8 ${both}\r\n535 5.7.8 ${both}` },
  });
  // `tryOut` looks for it in all that was told.
  const seen = await tryOut(sink.port, anna);
  expect(failedStep(seen)?.detail).toBe(
    'The server refuses account name or password: 535 5.7.8 **** **** **** ****.',
  );
  expect(seen.transcript).toContain('S: 535 5.7.8 **** ****');
});

test('a password that looks like a reply does not break one', async () => {
  const sink = await bench.peer({ starttls: 'on', auth: { users: { anna: '2' } } });
  expect(stepOf(await tryOut(sink.port, { ...anna, password: '2' }), 'sign-in')?.state).toBe('passed');
});

test('CRAM-MD5, where nothing else is offered, as deliveries do', async () => {
  const said: string[] = [];
  const server = await bench.rawPeer((line, socket) => {
    said.push(line);
    if (line.startsWith('EHLO')) socket.write('250-x\r\n250 AUTH CRAM-MD5 XOAUTH2\r\n');
    else if (line === 'AUTH CRAM-MD5') socket.write(`334 ${Buffer.from('<1@x>').toString('base64')}\r\n`);
    else
      socket.write(
        line === 'QUIT' ? '221 Bye\r\n' : said.length === 3 ? '235 2.7.0 Yes\r\n' : '500 What\r\n',
      );
  });
  const seen = await tryOut(server, { ...anna, password: 'tanstaaftanstaaf', security: 'none' });
  expect(stepOf(seen, 'sign-in')).toMatchObject({
    state: 'passed',
    detail: 'Accepted (CRAM-MD5): 235 2.7.0 Yes',
  });
  const digest = createHmac('md5', 'tanstaaftanstaaf').update('<1@x>').digest('hex');
  expect(Buffer.from(said[2] ?? '', 'base64').toString()).toBe(`anna ${digest}`);
  expect(seen.transcript).not.toContain(`C: ${said[2]}`);
});
