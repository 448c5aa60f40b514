import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runScript } from '../testing/fixtures/child-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { openStore, type Store } from './store.ts';

const ROUNDS = 3;

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** Accepts and settles messages without end, and prints what was promised once it was. */
const WRITER = `
  import { newMessageId } from './mail/message.ts';
  import { openStore } from './store/store.ts';

  const store = await openStore(FOLDER);
  const { id: accountId } = await store.accounts.first();
  const envelope = { sender: 'ben@example.net', smtpUtf8: false, ret: null, envid: null };
  const queued = ['a@example.net', 'b@example.org'].map((address) => ({ address, notify: null, orcpt: null }));

  async function accept(round) {
    const id = newMessageId();
    const writer = store.bodies.writer(id);
    // Every fifth message is so large that it goes to a file.
    const times = round % 5 === 0 ? 20_000 : 50;
    for (let part = 0; part < 2; part++) await writer.write(Buffer.from((id + ' ').repeat(times)));
    const body = await writer.finish();
    await store.ledger.accept({
      id, envelope, body, queued, trace: 'Received: x\\r\\n', completion: '', size: writer.size, eightBit: false,
      subject: '', receivedAt: 1, mailboxes: [{ accountId, recipient: 'anna@example.com' }],
    });
    process.stdout.write('accepted ' + id + '\\n');
    if (round % 3 !== 0) return;
    await store.ledger.settle(id, [1, 2].map((n) => ({ id: id + '-' + n, kind: 'finished' })));
    process.stdout.write('settled ' + id + '\\n');
  }

  async function work() {
    for (let round = 0; ; round++) await accept(round);
  }
  await Promise.all(Array.from({ length: 8 }, work));
`;

/** What a writer printed until it was killed in the middle of its work. */
async function killedWriter(): Promise<{ accepted: string[]; settled: string[] }> {
  const child = runScript(WRITER.replace('FOLDER', JSON.stringify(folder.path)));
  await once(child.process.stdout, 'readable');
  await sleep(200 + Math.random() * 400);
  child.process.kill('SIGKILL');
  expect([await child.ended, await child.stderr]).toEqual(['SIGKILL', '']);
  const lines = (await child.stdout).split('\n').slice(0, -1);
  const ids = (verb: string) =>
    lines.filter((line) => line.startsWith(verb)).map((line) => line.slice(verb.length + 1));
  return { accepted: ids('accepted'), settled: ids('settled') };
}

async function contentOf(store: Store, id: string): Promise<string> {
  return (await buffer(await store.bodies.open(id))).toString();
}

it('has every message that was promised when its process is killed, and none by half', {
  timeout: 60_000,
}, async () => {
  const first = await openStore(folder.path);
  await first.accounts.add('anna@example.com', '$no hash', [], 0);
  await first.close();
  const promised: string[] = [];

  for (let round = 0; round < ROUNDS; round++) {
    const { accepted, settled } = await killedWriter();
    expect(accepted.length).toBeGreaterThan(10);
    promised.push(...accepted);

    const store = await openStore(folder.path);
    try {
      // A kill is no damage.
      expect(store.notices).toEqual([]);
      const account = await store.accounts.first();
      const entries = await store.mailboxes.list(account?.id ?? 0);
      const stored = new Set(entries.map((entry) => entry.id));
      expect(promised.filter((id) => !stored.has(id))).toEqual([]);
      expect(await store.accounts.usedBytes(account?.id ?? 0)).toBe(
        entries.reduce((sum, entry) => sum + entry.size, 0),
      );

      const queue = (await store.queue.list()).map((entry) => entry.id);
      const waiting = new Set(queue.map((id) => id.slice(0, id.lastIndexOf('-'))));
      expect(queue).toHaveLength(waiting.size * 2);
      expect(settled.filter((id) => waiting.has(id))).toEqual([]);

      await store.bodies.sweep();
      for (const { id } of entries) {
        const content = await contentOf(store, id);
        expect(content === `${id} `.repeat(content.length / (id.length + 1)), id).toBe(true);
        expect([100, 40_000]).toContain(content.length / (id.length + 1));
      }
      const large = entries.filter((entry) => entry.size > 256 * 1024);
      expect(await readdir(join(folder.path, 'messages'))).toHaveLength(large.length);
    } finally {
      await store.close();
    }
  }
});
