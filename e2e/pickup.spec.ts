/** The group 'Pick-up': from the click on Apply to what a mail program meets. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Pop3Client } from '../server/testing/pop3-client.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { send } from './mail.ts';
import { ANNA } from './service.ts';

test('a port opens with Apply, hands out what was delivered, and closes again', async ({
  app,
  page,
  service,
}) => {
  const port = await unusedPort('127.0.0.1');
  await expect(page.getByText('Off', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Pick-up (POP3)' }).click();
  await expect(app.field('POP3')).toHaveValue('0');
  await expectAccessible(page);
  await app.type('POP3', String(port));
  await app.type('POP3 IP address', '127.0.0.1');
  await expect(app.preview).toHaveText(`Port ${port} on 127.0.0.1 opens.`);
  await app.applyNow();
  await expect(page.getByText(`On, port ${port}`)).toBeVisible();
  await expect(app.statusLine).toContainText(String(port));

  await send(service, ANNA.address);
  const client = await Pop3Client.connect({ port });
  expect(await client.line()).toBe('+OK mail.waypost.test POP3 ready');
  await client.say(`USER ${ANNA.address}`);
  expect(await client.say(`PASS ${ANNA.password}`)).toMatch(/^\+OK 1 message/);
  expect((await client.lines('RETR 1')).join('\n')).toContain('Subject: hello');
  await client.say('DELE 1');
  expect(await client.say('QUIT')).toMatch(/^\+OK/);
  expect(JSON.parse(await service.run(['mail', 'list', ANNA.address, '--json']))).toEqual([]);

  await app.type('POP3', '0');
  await expect(app.preview).toContainText('closes');
  await app.applyNow();
  await expect(page.getByText('Off', { exact: true })).toBeVisible();
  await expect(Pop3Client.connect({ port })).rejects.toThrow('ECONNREFUSED');
});

test('a port that is taken, by us or by others, is refused beside its field', async ({
  app,
  page,
  service,
  atEnd,
}) => {
  await page.getByRole('button', { name: 'Pick-up (POP3)' }).click();
  await app.type('POP3 IP address', '127.0.0.1');
  await app.type('POP3', String(service.port));
  await expect(app.issue('POP3')).toHaveText(
    `POP3 and Primary can’t share port ${service.port}. Choose another for one of them.`,
  );
  await expect(app.apply).toBeDisabled();

  const port = await unusedPort('127.0.0.1');
  const other = createServer().listen(port, '127.0.0.1');
  atEnd(() => other.close());
  await once(other, 'listening');
  await app.type('POP3', '0');
  await app.type('POP3 over TLS', String(port));
  await app.apply.click();
  await expect(app.issue('POP3 over TLS')).toContainText('is in use by');
  await expectAccessible(page);
});

test('the limit for a single host is felt by the next connection', async ({ app, page }) => {
  const port = await unusedPort('127.0.0.1');
  await page.getByRole('button', { name: 'Pick-up (POP3)' }).click();
  await app.type('POP3', String(port));
  await app.type('POP3 IP address', '127.0.0.1');
  await app.type('Pick-up From a Single Host', '1');
  await app.applyNow();
  const first = await Pop3Client.connect({ port });
  expect(await first.line()).toMatch(/^\+OK/);
  const second = await Pop3Client.connect({ port });
  expect(await second.line()).toMatch(
    /^-ERR \[SYS\/TEMP\] Too many connections from 127\.0\.0\.1 \(1 of 1\)/,
  );
  first.destroy();
});
