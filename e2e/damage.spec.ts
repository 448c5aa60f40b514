/** Damage of what is stored is said where people look. */
import { join } from 'node:path';
import { expect, expectAccessible, test } from './fixtures.ts';
import { send } from './mail.ts';
import { ANNA, startService } from './service.ts';
import { spoilContent, spoilPart } from './spoil.ts';
import { SettingsWindow } from './window.ts';

test('damaged mail, met while it runs, and a mail log put aside are told with the way out', async ({
  page,
  seed,
  atEnd,
}) => {
  const service = await startService({ seed });
  atEnd(service.remove);
  await send(service, ANNA.address, {
    from: 'bob@remote.test',
    body: `Subject: Hi\r\n\r\n${'x'.repeat(20_000)}\r\n`,
  });
  await service.stop();
  await spoilContent(join(service.folder, 'waypost.db'), 'x');
  await spoilPart(join(service.folder, 'log.db'), { from: 0, to: 0.01 });
  await service.start();

  const app = new SettingsWindow(page);
  await app.open(service.address);
  await app.showTab('Status');
  const putAside = page
    .getByRole('alert')
    .filter({ hasText: /It was kept as log\.unusable-.*, and a new mail log/ });
  await expect(putAside).toBeVisible();
  await expect(app.statusLine).toContainText('Listening');
  await expect(app.statusLine).not.toContainText('damaged');

  const [mail] = JSON.parse(await service.run(['mail', 'list', ANNA.address, '--json'])) as { id: string }[];
  await expect(service.run(['mail', 'show', ANNA.address, mail?.id ?? ''])).rejects.toThrow();
  const damage = page.getByRole('alert').filter({ hasText: /waypost\.db is damaged\./ });
  await expect(damage).toContainText('put a backup in its place.');
  await expect(app.statusLine).toContainText('The database of the mail is damaged');
  await expectAccessible(page);

  const text = await service.run(['status']);
  expect(text).toMatch(/waypost\.db is damaged\. .* put a backup in its place\.$/m);
  expect(text).toMatch(/It was kept as log\.unusable-.*, and a new mail log begins\.$/m);
  expect(JSON.parse(await service.run(['status', '--json']))).toMatchObject({
    storage: {
      damage: expect.stringContaining('is damaged'),
      logPutAside: expect.stringContaining('was kept'),
    },
  });
});
