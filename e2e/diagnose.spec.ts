/** The Test… buttons: what telnet was for, in buttons and sentences. */
import { testCertificate } from '../server/testing/certificate.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { startSink } from '../server/testing/sink.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { zoneOf } from './mail.ts';

test.use({ start: { zone: { 'smart.test': { A: ['127.0.0.1'] }, ...zoneOf() } } });

test('a wrong password is told, put right in the form without Apply, and then accepted', async ({
  app,
  page,
  atEnd,
}) => {
  const certificate = await testCertificate({ names: ['smart.test'] });
  const smart = await startSink({
    certificate,
    starttls: 'on',
    auth: { users: { anna: 'gehe1m' }, offered: 'after-tls' },
  });
  atEnd(smart.stop);
  const button = page.getByRole('button', { name: 'Test the SmartHost' });
  await expect(button).toBeDisabled();
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `smart.test:${smart.port}`);
  await app.toggle('Authenticate');
  await app.type('Account Name', 'anna');
  await app.type('Password', 'wrong');
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'Test of the SmartHost' });
  await expect(dialog.getByText('This tests what is entered, which is not applied yet.')).toBeVisible();
  await expect(dialog.getByText('The SmartHost can’t be used like this.')).toBeVisible();
  const failed = dialog.getByRole('listitem').filter({ hasText: /^Failed: Sign in as anna/ });
  await expect(failed).toContainText('The server refuses account name or password: 535');
  await expect(failed).toContainText('Many providers want the whole mail address as Account Name.');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();

  await app.type('Password', 'gehe1m');
  await button.click();
  await expect(dialog.getByText(/^The SmartHost can be used/)).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Send a test message to' }).fill('bob@');
  await dialog.getByRole('button', { name: 'Test Again' }).click();
  await expect(dialog.getByText(/^“bob@” is not a mail address to send a test to\./)).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Send a test message to' }).fill('bob@remote.test');
  // Here Enter begins the test, although it applies in the form behind.
  await page.keyboard.press('Enter');
  const [message] = await smart.waitFor(1);
  expect(message?.rcpts).toMatchObject([{ address: 'bob@remote.test' }]);
  await dialog.getByRole('button', { name: 'What was said' }).click();
  const said = dialog.getByRole('textbox', { name: 'What was said' });
  await expect(said).toHaveValue(/C: AUTH PLAIN \*\*\*\*/);
  await expect(said).not.toHaveValue(/gehe1m/);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).click();
  // Nothing of all this has been applied.
  await expect(app.apply).toBeEnabled();
  await expect(page.locator('.notice')).toBeHidden();
});

test('a test that hangs can be stopped, and closing the dialog ends it', async ({ app, page, atEnd }) => {
  const mute = await startSink({ greeting: 'hang' });
  atEnd(mute.stop);
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `smart.test:${mute.port}`);
  await page.getByRole('button', { name: 'Test the SmartHost' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem').filter({ hasText: /^Running: Greeting/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect.poll(() => mute.now).toBe(0);
  await dialog.getByRole('button', { name: 'Test Again' }).click();
  await expect.poll(() => mute.now).toBe(1);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => mute.now).toBe(0);
});

test('the own ports answer as Waypost, and what router and firewall need is said', async ({
  page,
  service,
  app,
}) => {
  await expect(app.field('Total')).toBeVisible();
  await page.getByRole('button', { name: 'Test the incoming ports' }).click();
  const dialog = page.getByRole('dialog', { name: 'Test of the incoming ports' });
  await expect(dialog.getByText('On this machine every port answers as Waypost.')).toBeVisible();
  await expect(dialog.getByText(`Waypost answers: 220 mail.waypost.test`).first()).toBeVisible();
  await expect(dialog.getByText(/^Only this machine can connect/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await service.run(['settings', 'apply', '-'], JSON.stringify({ incoming: { primary: { address: '' } } }));
  await page.getByRole('button', { name: 'Test the incoming ports' }).click();
  await expect(dialog.getByText('On this machine every port answers as Waypost.')).toBeVisible();
  await expect(dialog.getByText(`In the router: forward TCP port ${service.port} to`)).toBeVisible();
});

test('outgoing port 25: a DNS without answers is told apart from a port that is blocked', async ({
  page,
  app,
  atEnd,
}) => {
  await expect(app.field('Total')).toBeVisible();
  await page.getByRole('button', { name: 'Test outgoing port 25' }).click();
  const dialog = page.getByRole('dialog', { name: 'Test of outgoing port 25' });
  // The fake DNS knows none of them.
  await expect(dialog.getByText(/^DNS knows no such mail servers, so nothing can be said/)).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: /^Failed: Look up gmail\.com/ })).toBeVisible();
  await expectAccessible(page);

  const mx = await startSink();
  atEnd(mx.stop);
  const hosts = dialog.getByRole('textbox', { name: 'Domains or servers' });
  await hosts.fill(`smart.test:${mx.port}`);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Port 25 is open: mail can be sent directly.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Set Up the SmartHost' })).toBeHidden();
  await expect.poll(() => mx.now).toBe(0);

  await hosts.fill(`smart.test:${await unusedPort('127.0.0.1')}`);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(/Send through a SmartHost\.$/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Set Up the SmartHost' }).click();
  await expect(dialog).toBeHidden();
  await expect(app.checkbox('SmartHost')).toBeFocused();
});

test('without a mouse: from the form into the test, through it, and back', async ({ app, page, atEnd }) => {
  const smart = await startSink();
  atEnd(smart.stop);
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `smart.test:${smart.port}`);
  const button = page.getByRole('button', { name: 'Test the SmartHost' });
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Test of the SmartHost' });
  await expect(dialog.getByText(/^The SmartHost can be used/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Close' })).toBeFocused();
  const names = ['What was said', 'Test Again', 'Close', 'Send a test message to', 'Steps'];
  const reached = new Set<string>();
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab');
    const focused = dialog.locator(':focus');
    await expect(focused, 'the focus stays in the dialog').toHaveCount(1);
    for (const name of names)
      for (const role of ['button', 'textbox', 'region'] as const)
        if ((await dialog.getByRole(role, { name }).and(focused).count()) > 0) reached.add(name);
  }
  expect([...reached].sort()).toEqual([...names].sort());
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
});

test('on the command line: one line a step, JSON as one value, and exit code 1 when one failed', async ({
  service,
  atEnd,
  app,
}) => {
  await expect(app.field('Total')).toBeVisible();
  const smart = await startSink();
  atEnd(smart.stop);
  await service.run(
    ['settings', 'apply', '-'],
    JSON.stringify({ smartHost: { enabled: true, host: `smart.test:${smart.port}` } }),
  );
  expect(await service.run(['test', 'smart-host'])).toMatch(
    /^ok {5} Look up smart\.test .*\nok {5} Connect to port \d+[\s\S]*\n\nThe SmartHost can be used/,
  );
  const seen = JSON.parse(await service.run(['test', 'incoming', '--json']));
  expect(seen).toMatchObject({ isOver: true, summary: 'On this machine every port answers as Waypost.' });
  await expect(service.run(['test', 'port-25', 'unknown.test'])).rejects.toThrow(/ended with 1/);
});
