/** The group 'SmartHost': which way the next message takes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyPair, testCertificate } from '../server/testing/certificate.ts';
import { type Sink, type SinkOptions, startSink } from '../server/testing/sink.ts';
import { temporaryFolder } from '../server/testing/temp.ts';
import { test as base, expect, expectAccessible } from './fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { startService } from './service.ts';

interface Ways {
  /** A certificate for smart.test that the service trusts. */
  certificate: KeyPair;
  /** Where the domain remote.test has its mail. */
  mx: Sink;
  /** Starts the server at smart.test. */
  smartHost: (options?: SinkOptions) => Promise<Sink>;
}

const test = base.extend<Ways>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from here
  certificate: async ({}, use) => use(await testCertificate({ names: ['smart.test'] })),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  mx: async ({}, use) => {
    const sink = await startSink();
    await use(sink);
    await sink.stop();
  },
  smartHost: async ({ atEnd, certificate }, use) =>
    use(async (options) => {
      const sink = await startSink({ certificate, ...options });
      atEnd(sink.stop);
      return sink;
    }),
  service: async ({ seed, mx, certificate }, use) => {
    const { path, remove } = await temporaryFolder();
    const trusted = join(path, 'ca.pem');
    await writeFile(trusted, certificate.cert);
    const service = await startService({
      seed,
      zone: { ...zoneOf('remote.test'), 'smart.test': { A: ['127.0.0.1'] } },
      settings: { delivery: { mxPort: mx.port } },
      env: { NODE_EXTRA_CA_CERTS: trusted },
    });
    await use(service);
    await service.remove();
    await remove();
  },
});

const BOB = 'bob@remote.test';

test('on: mail goes directly first, and by it where that fails', async ({ app, service, mx, smartHost }) => {
  const smart = await smartHost();
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `127.0.0.1:${smart.port}`);
  await expect(app.preview).toHaveText(
    `New mail goes directly first, and by the SmartHost 127.0.0.1:${smart.port} where that fails.`,
  );
  await app.applyNow();
  await send(service, BOB);
  await mx.waitFor(1);
  expect(smart.messages).toHaveLength(0);
  // At MAIL, because the connection of the first message is kept for a while.
  mx.script.mail = '554 5.7.1 Not from your network';
  await send(service, BOB);
  const [message] = await smart.waitFor(1);
  expect(message?.rcpts).toMatchObject([{ address: BOB }]);
});

test('exclusively: everything goes by it, what waits included', async ({ app, service, mx, smartHost }) => {
  mx.script.greeting = { close: '421 4.3.2 Later' };
  await send(service, BOB);
  await expect(app.statusLine).toContainText('1 waiting');
  await expect.poll(() => mx.sessions.length).toBe(1);

  const smart = await smartHost();
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `smart.test:${smart.port}`);
  await app.toggle('Use SmartHost Exclusively');
  await expect(app.preview).toHaveText(
    `New mail and 1 waiting message go by the SmartHost smart.test:${smart.port}.`,
  );
  await app.applyNow();
  await smart.waitFor(1);
  await expect(app.statusLine).toContainText('0 waiting');
  await send(service, BOB);
  await smart.waitFor(2);
  expect(mx.sessions).toHaveLength(1);

  await app.toggle('SmartHost');
  await app.applyNow();
  mx.script.greeting = undefined;
  await send(service, BOB);
  await mx.waitFor(1);
});

test('Authenticate: signs in with account and password, which is never shown again', async ({
  app,
  service,
  page,
  smartHost,
}) => {
  const smart = await smartHost({
    starttls: 'on',
    auth: { users: { anna: 'gehe1m!' }, required: true, offered: 'after-tls' },
  });
  await expect(app.field('Account Name')).toBeDisabled();
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `127.0.0.1:${smart.port}`);
  await app.toggle('Use SmartHost Exclusively');
  await app.toggle('Authenticate');
  await expect(app.issue('Account Name')).toHaveText(/^Enter the Account Name/);
  await app.type('Account Name', 'anna');
  await app.type('Password', 'gehe1m!');
  await expect(app.preview).toContainText('signed in as anna');
  await app.applyNow();
  await send(service, BOB);
  const [message] = await smart.waitFor(1);
  expect(message?.session).toMatchObject({ user: 'anna', tls: true });

  await expect(app.field('Password')).toHaveValue('');
  await expect(app.field('Password')).toHaveAttribute('placeholder', 'A password is set');
  await page.reload();
  await expect(app.field('Password')).toHaveValue('');
  expect(await page.content()).not.toContain('gehe1m!');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Remove Password' }).click();
  await expect(app.field('Password')).toHaveAttribute('placeholder', 'Will be removed');
  await app.toggle('Authenticate');
  await app.applyNow();
  await send(service, BOB);
  await expect.poll(() => smart.sessions.at(-1)?.commands.some((line) => line.startsWith('MAIL'))).toBe(true);
  expect(smart.sessions.at(-1)?.user).toBeUndefined();
});

test('Security: STARTTLS, TLS from the first byte, or none', async ({ app, service, smartHost }) => {
  const offering = await smartHost({ starttls: 'on' });
  const implicit = await smartHost({ implicitTls: true });
  await app.toggle('SmartHost');
  await app.toggle('Use SmartHost Exclusively');
  const steps = [
    ['None', offering, false],
    ['STARTTLS', offering, true],
    ['TLS', implicit, true],
    ['Automatic', offering, true],
  ] as const;
  for (const [security, sink, tls] of steps) {
    await app.type('SmartHost name or IP address', `smart.test:${sink.port}`);
    // The list shows what is chosen already, and choosing that again changes nothing.
    await app.choose('Security', security);
    await app.applyNow();
    const before = sink.messages.length;
    await send(service, BOB);
    await sink.waitFor(before + 1);
    expect(sink.messages[before]?.session.tls, security).toBe(tls);
  }
  // Required, and not offered: the message waits rather than travel in clear.
  const plain = await smartHost();
  await app.type('SmartHost name or IP address', `smart.test:${plain.port}`);
  await app.choose('Security', 'STARTTLS');
  await app.applyNow();
  await send(service, BOB);
  await expect.poll(() => plain.sessions.length).toBeGreaterThan(0);
  await expect(app.statusLine).toContainText('1 waiting');
  expect(plain.messages).toHaveLength(0);
});

test('what depends on a checkbox is disabled without it, and keeps what was typed', async ({ app }) => {
  const dependent = ['SmartHost name or IP address', 'Account Name', 'Password'];
  for (const name of dependent) await expect(app.field(name)).toBeDisabled();
  await expect(app.list('Security')).toBeDisabled();
  await app.toggle('SmartHost');
  await app.toggle('Authenticate');
  await app.type('SmartHost name or IP address', 'smart.test');
  await app.type('Account Name', 'anna');
  await app.type('Password', 'secret');
  await app.toggle('SmartHost');
  for (const name of dependent) await expect(app.field(name)).toBeDisabled();
  await app.toggle('SmartHost');
  await expect(app.field('SmartHost name or IP address')).toHaveValue('smart.test');
  await expect(app.field('Account Name')).toHaveValue('anna');
  await expect(app.field('Password')).toHaveValue('secret');
});
