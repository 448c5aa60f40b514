/** The window at its Queue tab, with a service and a peer to send to. */
import type { SettingsPatch } from '../server/contract/settings.ts';
import type { SinkOptions } from '../server/testing/sink.ts';
import { startSink } from '../server/testing/sink.ts';
import { test as base, expect } from './fixtures.ts';
import { zoneOf } from './mail.ts';
import { PeerWindow } from './peer-window.ts';
import { ANNA, startService } from './service.ts';

/** A window at the Queue tab, of a service that has one peer for all the world. */
export class QueueWindow extends PeerWindow {
  get grid() {
    return this.page.getByRole('grid', { name: 'Queue' });
  }

  get rows() {
    return this.grid.locator('.queue-all').getByRole('row');
  }

  /** The row of a recipient. */
  row(to: string) {
    return this.rows.filter({ has: this.page.getByRole('gridcell', { name: to, exact: true }) });
  }

  get selected() {
    return this.grid.getByRole('row', { selected: true });
  }

  async said(text: string | RegExp) {
    await expect(this.page.locator('.queue-actions .said, .queue-said')).toHaveText(text);
  }

  /** Anna's mailbox, as the command line shows it. */
  async mail(): Promise<string[]> {
    const list = JSON.parse(await this.service.run(['mail', 'list', ANNA.address, '--json'])) as {
      id: string;
    }[];
    return Promise.all(list.map(({ id }) => this.service.run(['mail', 'show', ANNA.address, id])));
  }
}

const BUSY = '450 4.2.1 The mailbox is busy';

/** Opens it, by default with a peer that takes nothing for now. */
export const test = base.extend<{
  open: (sink?: SinkOptions, settings?: SettingsPatch) => Promise<QueueWindow>;
}>({
  open: async ({ page, seed, atEnd }, use) => {
    await use(async (options = { rcpt: BUSY }, settings = {}) => {
      const sink = await startSink(options);
      atEnd(sink.stop);
      const service = await startService({
        seed,
        zone: { ...zoneOf('remote.test', 'other.test'), 'down.test': 'servfail' },
        settings: { ...settings, delivery: { mxPort: sink.port, ...settings.delivery } },
      });
      atEnd(service.remove);
      const queue = new QueueWindow(page, service, sink);
      await queue.app.open(service.address);
      await queue.app.showTab('Queue');
      return queue;
    });
  },
});
