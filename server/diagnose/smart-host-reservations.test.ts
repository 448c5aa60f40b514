/** What deliveries bear of a SmartHost is a reservation; what they do not bear is a failure. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testCertificate } from '../testing/certificate.ts';
import {
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

test('a size limit below ours is a reservation, with the number to enter', async () => {
  const sink = await bench.peer({ extensions: ['SIZE 10485760'] });
  const seen = await tryOut(sink.port, {}, { more: { maxMessageSizeMB: 40 } });
  expect(stepOf(seen, 'size')).toMatchObject({
    state: 'warning',
    detail: 'The server takes up to 10 MB, Waypost up to 40 MB.',
    advice: expect.stringContaining('to 10,'),
  });
});

test('a certificate that has expired says so, whoever made it', async () => {
  const sink = await bench.peer({
    starttls: 'on',
    certificate: await testCertificate({ names: ['smart.test'], days: -1 }),
  });
  expect(failedStep(await tryOut(sink.port, { security: 'starttls' }))).toMatchObject({
    id: 'certificate',
    detail: expect.stringContaining('; it has expired.'),
    advice: 'Ask the operator of the server to renew it.',
  });
});

describe('what deliveries bear is a reservation', () => {
  test('a server that knows HELO only', async () => {
    const sink = await bench.peer({ ehlo: '502 5.5.1 What?' });
    const seen = await tryOut(sink.port, {}, { sendTo: 'bob@remote.test' });
    expect(stepOf(seen, 'EHLO')).toMatchObject({
      state: 'warning',
      detail: 'The server only knows HELO: no encryption, no sign-in, no size limit.',
    });
    expect(stepOf(seen, 'message')?.state).toBe('passed');
  });

  test('STARTTLS that is refused, where Automatic does without', async () => {
    const sink = await bench.peer({ starttls: 'refused' });
    const seen = await tryOut(sink.port, {}, { sendTo: 'bob@remote.test' });
    expect(stepOf(seen, 'tls')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/refuses it now: 454 .* Mail travels in clear\.$/),
    });
    expect(seen.summary).toBe('The SmartHost can be used, with the reservations above.');
    expect(sink.messages).toHaveLength(1);
  });

  test('but not where it is required, nor for a password', async () => {
    const sink = await bench.peer({ starttls: 'refused', auth: { users: {} } });
    expect(failedStep(await tryOut(sink.port, { security: 'starttls' }))?.id).toBe('tls');
    expect(failedStep(await tryOut(sink.port, anna))).toMatchObject({
      id: 'sign-in',
      detail: expect.stringMatching(/offers no encryption/),
    });
    expect(sink.sessions.some(({ commands }) => commands.some((line) => line.startsWith('AUTH')))).toBe(
      false,
    );
  });

  test('a password in clear, where None was chosen', async () => {
    const sink = await bench.peer({ auth: { users: { anna: PASSWORD } } });
    const seen = await tryOut(sink.port, { ...anna, security: 'none' });
    expect(stepOf(seen, 'tls')).toMatchObject({ state: 'skipped' });
    expect(stepOf(seen, 'sign-in')).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('travelled in clear'),
    });
  });
});
