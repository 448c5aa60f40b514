/** A queue in memory that answers as the engine does, for tests of the Queue tab. */
import { ORPCError } from '@orpc/client';
import type {
  QueueFilter,
  QueueIdsInput,
  QueuePage,
  QueuePageInput,
  QueueRowView,
  QueueSteered,
  QueueSteerInput,
} from '../../server/contract/queue.ts';
import type { Client } from '../client.ts';

export interface FakeQueue {
  readonly client: Pick<Client, 'queue'>;
  /** Next attempts first. */
  rows: QueueRowView[];
  /** What was asked, as it arrived. */
  readonly asked: { procedure: string; input: unknown }[];
  /** Keeps answers waiting until it is called. */
  hold(): () => void;
  /** What every call fails with. */
  problem: Error | undefined;
}

/** When the tests began; who is deferred waits for ten minutes more at least. */
const NOW = Date.now();

/** Recipient number n, from 0. */
export function queued(n: number, more: Partial<QueueRowView> = {}): QueueRowView {
  return {
    id: `M${n}-1`,
    message: `M${n}`,
    from: 'anna@example.com',
    to: `user${n}@d${n % 3}.example`,
    state: 'deferred',
    isHeld: false,
    attempts: 2,
    nextAttemptAt: new Date(NOW + (n + 10) * 60_000),
    lastReply: 'mx.example did not answer in time.',
    route: 'direct',
    size: 1000 + n,
    receivedAt: new Date(NOW - 3_600_000),
    ...more,
  };
}

export function createFakeQueue(count: number): FakeQueue {
  const orders = new Map<string, string[]>();
  let held: Promise<void> | undefined;

  const order = ({ filter = {}, order: name = '' }: Partial<QueueIdsInput>): [string, string[]] => {
    const kept = orders.get(name);
    if (kept) return [name, kept];
    const ids = fake.rows.filter((row) => fits(row, filter)).map(({ id }) => id);
    const anew = `order ${orders.size}`;
    orders.set(anew, ids);
    return [anew, ids];
  };
  // Read anew only when the rows were changed, since tests ask often and have many.
  let index = { rows: [] as QueueRowView[], byId: new Map<string, QueueRowView>() };
  const rowsById = () => {
    if (index.rows !== fake.rows)
      index = { rows: fake.rows, byId: new Map(fake.rows.map((row) => [row.id, row])) };
    return index.byId;
  };
  const asked = async (procedure: string, input: unknown) => {
    fake.asked.push({ procedure, input });
    await held;
    if (fake.problem) throw fake.problem;
  };
  const queue = {
    page: async (input: QueuePageInput): Promise<QueuePage> => {
      await asked('page', input);
      const [name, ids] = order(input);
      const byId = rowsById();
      return {
        order: name,
        total: ids.length,
        counts: countsOf(fake.rows.filter((row) => fits(row, input.filter ?? {}))),
        rows: ids.slice(input.offset, input.offset + input.limit).map((id) => byId.get(id) ?? null),
        known: (input.known ?? []).map((id) => ({
          index: ids.includes(id) ? ids.indexOf(id) : null,
          isGone: !byId.has(id),
        })),
        readAt: new Date(NOW),
        hops: ['mx'],
        tries: 30,
      };
    },
    ids: async (input: QueueIdsInput) => {
      await asked('ids', input);
      const [name, ids] = order(input);
      return { order: name, ids: ids.slice(input.offset, input.offset + input.limit) };
    },
    steer: async (input: QueueSteerInput): Promise<QueueSteered> => {
      await asked('steer', input);
      const { verb } = input;
      const named = new Set('ids' in input ? input.ids : input.except);
      const meant = (row: QueueRowView) =>
        'ids' in input ? named.has(row.id) : fits(row, input.filter) && !named.has(row.id);
      const count = fake.rows.filter(meant).length;
      fake.rows = fake.rows.flatMap((row) => {
        if (!meant(row)) return [row];
        return verb === 'remove' ? [] : [{ ...row, ...AFTER[verb] }];
      });
      return { count, busy: 0, reports: input.report ? 1 : 0, digested: 0 };
    },
    domains: async () => [{ domain: 'd0.example', count: 1 }],
    raw: async ({ id, offset }: { id: string; offset: number }) => {
      await asked('raw', { id, offset });
      if (!fake.rows.some((row) => row.id === id)) throw new ORPCError('NOT_FOUND', { defined: true });
      const text = 'From: anna@example.com\r\nSubject: Photos\r\n\r\nHere they are.\r\n';
      return { total: text.length, part: new Blob([text.slice(offset)]) };
    },
  };
  const fake: FakeQueue = {
    client: { queue } as unknown as Pick<Client, 'queue'>,
    rows: Array.from({ length: count }, (_, n) => queued(n)),
    asked: [],
    problem: undefined,
    hold() {
      let release = () => {};
      held = new Promise((resolve) => {
        release = () => {
          held = undefined;
          resolve();
        };
      });
      return release;
    },
  };
  return fake;
}

const AFTER = {
  hold: { state: 'held', isHeld: true, nextAttemptAt: null },
  release: { state: 'due', isHeld: false, nextAttemptAt: new Date(NOW) },
  retry: { state: 'due', nextAttemptAt: new Date(NOW) },
} as const;

function countsOf(rows: readonly QueueRowView[]): QueuePage['counts'] {
  const counts = { due: 0, sending: 0, deferred: 0, held: 0 };
  for (const { state } of rows) counts[state]++;
  return counts;
}

function fits(row: QueueRowView, { text = '', state, domain = '' }: QueueFilter): boolean {
  const places = [row.from, row.to, row.lastReply ?? ''];
  return (
    (text === '' || places.some((place) => place.includes(text))) &&
    (!state || row.state === state) &&
    (domain === '' || row.to.endsWith(`@${domain}`))
  );
}
