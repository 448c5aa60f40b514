/** The group 'Incoming': from the click on Apply to what a client on the network meets. */
import { canListenOn, unusedPort } from '../server/testing/ports.ts';
import { connectSmtp, type SmtpClient, type SmtpClientOptions } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

/** Connects and hangs up after the test. */
const connect = async (
  options: SmtpClientOptions,
  atEnd: (stop: () => void) => void,
): Promise<SmtpClient> => {
  const client = await connectSmtp(options);
  atEnd(client.destroy);
  return client;
};

test('From a Single Host: 1 turns the second connection away', async ({ app, service, atEnd }) => {
  await app.type('From a Single Host', '1');
  await expect(app.preview).toHaveText('Incoming, From a Single Host: 1 connection.');
  await app.applyNow();
  const first = await connect({ port: service.port }, atEnd);
  expect(first.greeting.code).toBe(220);
  const second = await connect({ port: service.secondPort }, atEnd);
  expect(second.greeting).toMatchObject({
    code: 421,
    text: '4.7.0 mail.waypost.test Too many connections from 127.0.0.1 (1 of 1)',
  });
  expect((await first.command('NOOP')).code).toBe(250);
});

test.describe('with all addresses', () => {
  test.use({ start: { settings: { incoming: { maxPerHost: 10, primary: { address: '' } } } } });

  test('Total: 10 turns the eleventh connection away, wherever it comes from', async ({
    app,
    service,
    atEnd,
  }) => {
    await app.type('Total', '10');
    await app.applyNow();
    for (let i = 0; i < 10; i++) {
      expect((await connect({ port: service.port }, atEnd)).greeting.code).toBe(220);
    }
    const elsewhere = (await canListenOn('127.0.0.2')) ? { localAddress: '127.0.0.2' } : { host: '::1' };
    const last = await connect({ port: service.port, ...elsewhere }, atEnd);
    expect(last.greeting).toMatchObject({ code: 421, text: expect.stringContaining('(10 of 10)') });
    expect(last.greeting.text).toContain('4.3.2');
    await expect(app.statusLine).toContainText('10 in');
  });

  test('IP address: one of this machine’s addresses, chosen from the list', async ({
    app,
    service,
    page,
    atEnd,
  }) => {
    const other = { port: service.port, host: (await canListenOn('::1')) ? '::1' : '127.0.0.2' };
    await expect(app.field('Primary IP address')).toHaveValue('All addresses');
    expect((await connect(other, atEnd)).greeting.code).toBe(220);

    await app.addresses('Primary IP address').click();
    await expect(page.getByRole('menuitemradio', { name: 'All addresses' })).toBeVisible();
    await page.getByRole('menuitemradio', { name: '127.0.0.1' }).click();
    await expect(app.preview).toHaveText(
      `Port ${service.port} on 127.0.0.1 opens. Port ${service.port} closes; 1 session on it may finish.`,
    );
    await app.applyNow();
    expect((await connect({ port: service.port }, atEnd)).greeting.code).toBe(220);
    await expect(connectSmtp(other)).rejects.toThrow('ECONNREFUSED');
  });
});

test('IP address: all addresses, typed', async ({ app, service, atEnd }) => {
  const other = { port: service.secondPort, host: (await canListenOn('::1')) ? '::1' : '127.0.0.2' };
  await expect(connectSmtp(other)).rejects.toThrow('ECONNREFUSED');
  await app.type('Secondary IP address', ' ALL addresses ');
  await app.applyNow();
  await expect(app.field('Secondary IP address')).toHaveValue('All addresses');
  expect((await connect(other, atEnd)).greeting.code).toBe(220);
});

for (const name of ['Primary', 'Secondary'] as const) {
  test(`${name} port: it listens there, and no longer here`, async ({ app, service, atEnd }) => {
    const old = name === 'Primary' ? service.port : service.secondPort;
    const port = await unusedPort('127.0.0.1');
    const session = await connect({ port: old }, atEnd);
    await app.type(`${name} Port`, String(port));
    await expect(app.preview).toHaveText(
      `Port ${port} on 127.0.0.1 opens. Port ${old} on 127.0.0.1 closes; 1 session on it may finish.`,
    );
    await app.applyNow();
    expect((await connect({ port }, atEnd)).greeting.code).toBe(220);
    await expect(connectSmtp({ port: old })).rejects.toThrow('ECONNREFUSED');
    expect((await session.command('NOOP')).code, 'the session on the old port').toBe(250);
    await expect(app.statusLine).toContainText(String(port));
  });
}

test('Security of a listener: TLS from the first byte, then none at all', async ({ app, service, atEnd }) => {
  await app.choose('Primary Security', 'TLS');
  await app.applyNow();
  const secure = await connect({ port: service.port, tls: true }, atEnd);
  expect(secure.greeting.code).toBe(220);

  await app.choose('Primary Security', 'None');
  await app.applyNow();
  const plain = await connect({ port: service.port }, atEnd);
  expect((await plain.command('EHLO client.test')).lines).not.toContain('STARTTLS');
  const untouched = await connect({ port: service.secondPort }, atEnd);
  expect((await untouched.command('EHLO client.test')).lines).toContain('STARTTLS');
});

test('the same port for both, without addresses: only Primary applies', async ({
  app,
  service,
  page,
  atEnd,
}) => {
  await app.type('Secondary Port', String(service.port));
  await expect(app.issue('Secondary Port')).toHaveText(/^Primary and Secondary both use port/);
  await app.type('Primary IP address', 'All addresses');
  await expect(app.issue('Secondary Port')).toHaveText(/^Primary already listens on port/);
  await expect(app.apply).toBeDisabled();
  await expectAccessible(page);
  await app.type('Secondary IP address', 'All addresses');
  await expect(page.locator('.ports-note p')).toHaveText('Same port and no addresses: only Primary applies.');
  await app.applyNow();
  await expect(app.statusLine).toHaveText(new RegExp(`^Listening on ${service.port} ·`));
  expect((await connect({ port: service.port }, atEnd)).greeting.code).toBe(220);
  await expect(connectSmtp({ port: service.secondPort })).rejects.toThrow('ECONNREFUSED');
});
