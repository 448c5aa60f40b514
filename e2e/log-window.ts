/** The window at its Mail Log tab, with a service and a peer to send to. */
import { startSink } from '../server/testing/sink.ts';
import { test as base, expect } from './fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { PeerWindow } from './peer-window.ts';
import { ANNA, startService } from './service.ts';

/** A window at the Mail Log tab, of a service that has one peer for all the world. */
export class LogWindow extends PeerWindow {
  get grid() {
    return this.page.getByRole('grid', { name: 'Mail log' }).or(this.page.getByRole('treegrid'));
  }

  /** Without the days. */
  get rows() {
    return this.grid.locator('.log-all [role=row]:not(.day)');
  }

  row(text: string | RegExp) {
    return this.rows.filter({ hasText: text });
  }

  get details() {
    return this.page.getByRole('region', { name: 'Details' });
  }

  get transcript() {
    return this.page.getByRole('region', { name: 'Transcript' });
  }

  async said(text: string | RegExp) {
    await expect(this.page.locator('.log-actions .said')).toHaveText(text);
  }

  /** Types into the search, looked for in one place. */
  async search(text: string, where = 'Everywhere') {
    await this.choose('Search in', where);
    await this.page.getByRole('searchbox').fill(text);
  }

  async choose(label: string, option: string) {
    await this.page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** A message that comes over a session of its own; resolves when all of it is in the log. */
  async receive(to: string, from = ANNA.address, localAddress = '127.0.0.1') {
    await send(this.service, to, { from, localAddress });
  }
}

/** Begins at the Mail Log tab. */
export const test = base.extend<{ log: LogWindow }>({
  log: async ({ page, seed, atEnd }, use) => {
    const sink = await startSink({ extensions: ['8BITMIME'] });
    atEnd(sink.stop);
    const service = await startService({
      seed,
      zone: zoneOf('remote.test', 'other.test'),
      settings: { delivery: { mxPort: sink.port } },
    });
    atEnd(service.remove);
    const log = new LogWindow(page, service, sink);
    await log.app.open(service.address);
    await log.app.showTab('Mail Log');
    await expect(log.row('listener').last()).toBeVisible();
    await use(log);
  },
});
