import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StatusView } from '../server/contract/views.ts';
import { type Client, follow } from './follow.ts';
import type { Notice } from './notices.ts';
import { statusView } from './testing/status.ts';

let abort: AbortController;
let statuses: StatusView[];
let notices: Notice[];
let logged: unknown[];

beforeEach(() => {
  abort = new AbortController();
  statuses = [];
  notices = [];
  logged = [];
});
afterEach(() => abort.abort());

function start(live: () => AsyncGenerator<{ status: StatusView }>): Promise<void> {
  const client = { status: { live: async () => live() } } as unknown as Client;
  return follow(
    client,
    {
      status: (status) => statuses.push(status),
      notice: (notice) => notices.push(notice),
      log: (error) => logged.push(error),
    },
    abort.signal,
  );
}

const stuck = statusView({ queue: { due: 1, deferred: 0, held: 0, stuck: 1 } });

test('tells every status, and each trouble once', async () => {
  const over = start(async function* () {
    for (const status of [statusView(), stuck, stuck]) yield { status };
    abort.abort();
  });
  await over;
  expect(statuses).toEqual([statusView(), stuck, stuck]);
  expect(notices.map(({ title }) => title)).toEqual(['Mail is stuck']);
});

test('follows again when it broke off, and does not say again what was said', async () => {
  let turn = 0;
  const over = start(async function* () {
    turn++;
    yield { status: stuck };
    if (turn === 1) throw new Error('broken');
    abort.abort();
  });
  await over;
  expect([turn, notices.length]).toEqual([2, 1]);
  expect(logged).toEqual([new Error('broken')]);
});

test('ends when it is told to, also while it waits', async () => {
  const over = start(async function* () {
    yield { status: stuck };
    throw new Error('broken');
  });
  await sleep(20);
  abort.abort();
  await over;
  expect(statuses).toHaveLength(1);
});
