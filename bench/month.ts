/**
 * A month of a busy office in the store, a process of its own: messages come in, are picked up and deleted, or are
 * queued and delivered, each with its lines in the log and a transcript. Prints the memory after each part of them, one
 * JSON line (`MonthReport`) each.
 *
 * node month.ts MESSAGES
 */
import { startTestStore, testMessage } from '../server/testing/fixtures/store.ts';

export interface MonthReport {
  /** So far. */
  readonly messages: number;
  /** In MB, of the process and of its JavaScript objects. */
  readonly rss: number;
  readonly heap: number;
}

const PARTS = 10;
/** Messages at a time, half of them for the mailbox and half for the queue. */
const BATCH = 50;
/** As often as the service does it in such a month: every hour. */
const TRIMS = 720;
const MB = 1_048_576;

const messages = Number(process.argv[2]);
const TRIM_EVERY = Math.max(1, Math.round(messages / TRIMS / BATCH)) * BATCH;
const content = `Subject: bench\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(12)}`;
const dialogue = Array.from({ length: 12 }, (_, line) => `${line} C MAIL FROM:<load@bench.test>`).join('\n');

const { store, addAccount, stop } = await startTestStore();
const { id: accountId } = await addAccount('load@waypost.test');
try {
  for (let done = 0; done < messages; ) {
    await batch();
    done += BATCH;
    if (done % TRIM_EVERY === 0) await store.log.trim(14, 200);
    if (done % (messages / PARTS) === 0) report(done);
  }
} finally {
  await stop();
}

async function batch(): Promise<void> {
  const local = Array.from({ length: BATCH / 2 }, () =>
    testMessage(content, { mailboxes: [{ accountId, recipient: 'load@waypost.test' }] }),
  );
  const remote = local.map(() =>
    testMessage(content, { queued: [{ address: 'somebody@remote.test', notify: null, orcpt: null }] }),
  );
  await Promise.all([...local, ...remote].map((message) => store.ledger.accept(message)));
  for (const { id: message } of [...local, ...remote]) {
    const session = message;
    store.log.write({ kind: 'message', message, session, host: '192.0.2.1', text: 'Accepted 1000 bytes.' });
    const times = { startedAt: Date.now(), endedAt: Date.now() };
    store.log.writeTranscript({
      session,
      direction: 'incoming',
      host: '192.0.2.1',
      ...times,
      lines: dialogue,
    });
  }
  const settle = remote.map(({ id }) => store.ledger.settle(id, [{ id: `${id}-1`, kind: 'finished' }]));
  const ids = local.map(({ id }) => id);
  await Promise.all([...settle, store.mailboxes.remove(accountId, ids), store.log.flush()]);
}

function report(done: number): void {
  const { rss, heapUsed } = process.memoryUsage();
  const line: MonthReport = { messages: done, rss: rss / MB, heap: heapUsed / MB };
  console.log(JSON.stringify(line));
}
