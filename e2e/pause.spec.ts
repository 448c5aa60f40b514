/** Pausing by the Status tab: what the network gets to feel of it, and what every window shows. */
import { startSink } from '../server/testing/sink.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { startService } from './service.ts';
import { SettingsWindow } from './window.ts';

async function greeting(port: number): Promise<string> {
  const client = await connectSmtp({ port });
  client.destroy();
  return `${client.greeting.code} ${client.greeting.text}`;
}

test('newcomers are turned away while receiving is paused, and welcome again', async ({
  app,
  page,
  service,
}) => {
  await app.showTab('Status');
  const open = await connectSmtp({ port: service.port });
  const pause = page.getByRole('button', { name: 'Pause receiving' });
  await pause.focus();
  await page.keyboard.press('Enter');
  await expect(app.statusLine).toHaveText(/^Receiving is paused · 1 in/);
  await expect(page.getByText('Receiving is paused until you resume it or Waypost restarts.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Resume receiving' })).toBeFocused();
  for (const port of [service.port, service.secondPort]) {
    expect(await greeting(port)).toBe(
      '421 4.3.2 mail.waypost.test Not receiving mail at the moment, please try again later',
    );
  }
  expect((await open.command('NOOP')).code).toBe(250);
  await open.quit();
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
  expect(await service.run(['status'])).toContain('\nReceiving is paused.\n');

  await page.keyboard.press('Enter');
  await expect(app.statusLine).toHaveText(/^Listening on/);
  await expect(page.getByRole('button', { name: 'Pause receiving' })).toBeFocused();
  expect(await greeting(service.port)).toMatch(/^220 /);
});

test('mail waits while sending is paused, wherever it was paused', async ({ page, seed, atEnd }) => {
  const sink = await startSink();
  atEnd(sink.stop);
  const settings = { delivery: { mxPort: sink.port } };
  const service = await startService({ seed, zone: zoneOf('remote.test'), settings });
  atEnd(service.remove);
  const app = new SettingsWindow(page);
  await app.open(service.address);
  await app.showTab('Status');

  await service.run(['pause', 'outgoing']);
  await expect(app.statusLine).toHaveText(/^Sending is paused · Listening on .* · 0 waiting$/);
  await send(service, 'bob@remote.test');
  await expect(app.statusLine).toHaveText(/1 waiting$/);
  await service.run(['queue', 'retry']);
  await expectAccessible(page);
  expect(sink.sessions).toHaveLength(0);

  await page.getByRole('button', { name: 'Resume sending' }).click();
  await sink.waitFor(1);
  await expect(app.statusLine).toHaveText(/^Listening on .* · 0 waiting$/);
  expect(JSON.parse(await service.run(['status', '--json']))).toMatchObject({
    paused: { incoming: false, outgoing: false },
  });
});
