/** A page of another origin, in a browser that is signed in here, gets nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';

/** Whether a WebSocket to /rpc opens from the page that is shown. */
function opensSocket(page: Page, host: string): Promise<unknown> {
  return page.evaluate(`new Promise((resolve) => {
    const socket = new WebSocket('ws://${host}/rpc');
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  })`);
}

test('a foreign page can’t connect to /rpc, nor read the window', async ({ app, page, service, atEnd }) => {
  const { host, origin } = new URL(service.address);
  await app.showTab('Status');
  expect(await opensSocket(page, host), 'from the window itself').toBe(true);

  const server = createServer((_, response) => response.end('<!doctype html><title>Elsewhere</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => server.close());
  const foreign = await page.context().newPage();
  // For cookies another port is the same site, so the browser sends ours along.
  await foreign.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(await opensSocket(foreign, host)).toBe(false);
  const read = await foreign.evaluate(
    `fetch('${origin}/', { credentials: 'include' }).then((answer) => answer.text(), () => 'nothing')`,
  );
  expect(read).toBe('nothing');
  await foreign.goto(origin);
  await expect(foreign.getByRole('tab', { name: 'Connections' }), 'opened by the person').toBeVisible();
});
