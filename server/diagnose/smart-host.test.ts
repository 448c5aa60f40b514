/** The SmartHost tried against scripted peers: a test that goes well, and what becomes of its message. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
import { eventually } from '../testing/temp.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.stop());

test('all is well: every step is told, and at the end that it can be used', async () => {
  const sink = await bench.peer({ starttls: 'on', auth: ANNAS });
  const seen = await tryOut(sink.port, anna, { sendTo: 'bob@remote.test' });
  expect(seen.steps.map(({ id, state }) => [id, state])).toEqual([
    ['dns', 'passed'],
    ['connect', 'passed'],
    ['greeting', 'passed'],
    ['EHLO', 'passed'],
    ['tls', 'passed'],
    // `auto` takes any certificate, and says what is wrong with this one.
    ['certificate', 'warning'],
    ['ehlo-tls', 'passed'],
    ['sign-in', 'passed'],
    ['size', 'passed'],
    ['message', 'passed'],
  ]);
  expect(seen.summary).toBe('The SmartHost can be used, with the reservations above.');
  expect(stepOf(seen, 'certificate')?.detail).toMatch(
    /^For smart\.test, .*, issued by .*, until \d{4}-\d\d-\d\d; /,
  );
  const [message] = sink.messages;
  expect(message?.rcpts).toMatchObject([{ address: 'bob@remote.test' }]);
  expect(message?.session).toMatchObject({ user: 'anna', tls: true });
  expect(message?.body.toString()).toMatch(
    /^From: Waypost <postmaster@mail\.waypost\.test>\r\nTo: <bob@remote\.test>/,
  );
  expect(seen.transcript).toContain('C: AUTH PLAIN ****');
  expect(seen.transcript[0]).toMatch(/^S: 220 /);
  await eventually(() => sink.now === 0, { what: 'the connection to end' });
});

describe('what a refused message means', () => {
  test.each([
    [{ rcpt: '451 4.7.1 Greylisted' }, {}, /^That is only for now/],
    [{ mail: '530 5.7.0 Authentication required' }, {}, /switch Authenticate on/],
    [{ rcpt: '550 5.7.1 Relaying denied' }, {}, /switch Authenticate on/],
    [{ rcpt: '550 5.1.1 Nobody' }, anna, /^Check the address that the test message goes to/],
    [{ rcpt: '550 5.7.1 No' }, anna, /^Try another address/],
    [{ mail: '553 5.7.1 Not yours' }, anna, /address of the account that is signed in/],
    [{ body: '554 5.7.1 Spam' }, anna, /spam filter/],
  ] as const)('%j %j', async (script, who, advice) => {
    const sink = await bench.peer({ starttls: 'on', auth: ANNAS, ...script });
    const seen = await tryOut(sink.port, who, { sendTo: 'bob@remote.test' });
    expect(failedStep(seen)?.advice).toMatch(advice);
  });
});

test('it comes from the account, where that is an address', async () => {
  const sink = await bench.peer({
    starttls: 'on',
    auth: { users: { 'anna@smart.test': PASSWORD }, offered: 'after-tls' },
  });
  await tryOut(sink.port, { ...anna, account: 'anna@smart.test' }, { sendTo: 'bob@remote.test' });
  expect(sink.messages[0]?.from).toBe('anna@smart.test');
});
