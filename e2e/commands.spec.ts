/** Apply, Revert and Undo, by mouse and by key. */
import { unusedPort } from '../server/testing/ports.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, test } from './fixtures.ts';

test('Apply is enabled only by a change, says before what it will do, and after what it did', async ({
  app,
}) => {
  for (const button of [app.apply, app.revert, app.undo]) await expect(button).toBeDisabled();
  await app.type('Total', '50');
  await expect(app.preview).toHaveText('Incoming, Total: 50 connections.');
  await expect(app.apply).toBeEnabled();
  await app.type('Total', '20');
  await expect(app.apply).toBeDisabled();
  await app.type('Total', '50');
  await app.type('Maximum Message Size (MB)', '40');
  await app.apply.click();
  await app.expectSaid('Applied. Incoming, Total: 50 connections. Maximum Message Size (MB): 40.');
  await expect(app.apply).toBeDisabled();
  await app.type('Total', '51');
  await expect(app.preview).toHaveText('Incoming, Total: 51 connections.');
});

test('Revert takes back all that was typed', async ({ app }) => {
  await app.type('Total', '5');
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', 'smart.test');
  await app.revert.click();
  await expect(app.field('Total')).toHaveValue('20');
  await expect(app.checkbox('SmartHost')).not.toBeChecked();
  await expect(app.field('SmartHost name or IP address')).toHaveValue('');
  for (const button of [app.apply, app.revert]) await expect(button).toBeDisabled();
});

test('Undo takes back the last Apply, on the network too', async ({ app, service }) => {
  const port = await unusedPort('127.0.0.1');
  await app.type('Primary Port', String(port));
  await app.applyNow();
  await app.undo.click();
  await app.expectSaid(`Undone. Port ${service.port} on 127.0.0.1 opens. Port ${port} on 127.0.0.1 closes.`);
  await expect(app.field('Primary Port')).toHaveValue(String(service.port));
  const client = await connectSmtp({ port: service.port });
  expect(client.greeting.code).toBe(220);
  client.destroy();
  await expect(connectSmtp({ port })).rejects.toThrow('ECONNREFUSED');
  await app.undo.click();
  await app.expectSaid(/^Undone\./);
  await expect(app.field('Primary Port')).toHaveValue(String(port));
});

test('Ctrl+S and Enter apply; Escape takes back one field', async ({ app, page, service }) => {
  await app.type('From a Single Host', '1');
  await page.keyboard.press('ControlOrMeta+s');
  await app.expectSaid(/^Applied\./);
  const client = await connectSmtp({ port: service.port });
  const second = await connectSmtp({ port: service.port });
  expect([client.greeting.code, second.greeting.code]).toEqual([220, 421]);
  client.destroy();

  await app.type('From a Single Host', '2');
  await page.keyboard.press('Enter');
  await app.expectSaid('Applied. Incoming, From a Single Host: 2 connections.');

  await app.type('Total', '30');
  await app.type('From a Single Host', '3');
  await page.keyboard.press('Escape');
  await expect(app.field('From a Single Host')).toHaveValue('2');
  await expect(app.field('Total')).toHaveValue('30');
  await app.field('Primary IP address').fill('10.');
  await page.keyboard.press('Escape');
  await expect(app.field('Primary IP address')).toHaveValue('127.0.0.1');

  await page.keyboard.press('ControlOrMeta+s');
  await app.expectSaid('Applied. Incoming, Total: 30 connections.');
  await page.keyboard.press('ControlOrMeta+s');
  await app.expectSaid('Nothing was changed, so there is nothing to apply.');
});
