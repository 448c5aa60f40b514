/** The queue for whoever looks at it: pages of an order, and what can be known of single recipients. */
import { randomUUID } from 'node:crypto';
import type { QueueDomain, QueueFilter, QueueState } from '../contract/queue.ts';
import type { Bodies } from './bodies.ts';
import { chunks } from './chunks.ts';
import type { QueueEntry } from './queue.ts';
import { type Moment, type OrderWanted, type QueueOrder, readOrder } from './queue-order.ts';
import { type QueuedRow, queuedRow } from './queue-rows.ts';
import { type RawMessage, rawMessage } from './raw-message.ts';
import type { Db } from './schema.ts';

/** A queued recipient with what is told of its message. */
export interface QueuePageRow extends QueueEntry {
  readonly messageId: string;
  readonly receivedAt: number;
}

export interface QueuePageWanted extends OrderWanted {
  /** The name of an order that an earlier page came from. */
  readonly order?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A part of an order; `at` is where each of those asked for is in it. */
export interface QueuePageRead {
  readonly order: string;
  readonly total: number;
  readonly counts: Readonly<Record<QueueState, number>>;
  /** Null for who has left the queue since the order was made. */
  readonly rows: readonly (QueuePageRow | null)[];
  readonly known: readonly { readonly index: number | null; readonly isGone: boolean }[];
}

/** Orders that are kept: so many people can page through the queue at a time, each in one of their own. */
const MOST_ORDERS = 4;
const MOST_DOMAINS = 100;

interface NamedOrder {
  readonly order: QueueOrder;
  readonly name: string;
  /** What it is the order of. */
  readonly wanted: string;
}

export class QueuePages {
  readonly #db: Db;
  readonly #bodies: Bodies;
  /** The one used last comes last. */
  #orders: NamedOrder[] = [];

  constructor(db: Db, bodies: Bodies) {
    this.#db = db;
    this.#bodies = bodies;
  }

  /** A page, and where those of `known` are. A kept order is used where the page names it; else it is read anew. */
  async page(wanted: QueuePageWanted, known: readonly string[], moment: Moment): Promise<QueuePageRead> {
    const { name, order } = await this.#order(wanted, moment);
    const part = order.ids(wanted.offset, wanted.offset + wanted.limit);
    const rows = await this.#rows(part);
    return {
      order: name,
      total: order.length,
      counts: order.counts,
      rows: part.map((id) => rows.get(id) ?? null),
      known: await this.#places(order, known),
    };
  }

  /** The ids of a page. */
  async ids(wanted: QueuePageWanted, moment: Moment): Promise<{ order: string; ids: string[] }> {
    const { name, order } = await this.#order(wanted, moment);
    return { order: name, ids: order.ids(wanted.offset, wanted.offset + wanted.limit) };
  }

  /** All who fit the filter and were received by `until`, in ms since 1970. */
  async matching(filter: QueueFilter, moment: Moment, until: number | undefined): Promise<string[]> {
    const wanted: OrderWanted = { filter, sort: 'next', direction: 'ascending' };
    return (await readOrder(this.#db, wanted, moment, until)).ids();
  }

  /** Those of the given recipients who are in the queue, with what was last said about them. */
  async named(ids: readonly string[]): Promise<(QueuedRow & { readonly lastReply: string | null })[]> {
    const found = [];
    for (const part of chunks(ids)) {
      const rows = await this.#db.selectFrom('queue').selectAll().where('id', 'in', part).execute();
      found.push(...rows.map((row) => ({ ...queuedRow(row), lastReply: row.last_reply })));
    }
    return found;
  }

  /** The domains with most recipients. */
  async domains(): Promise<QueueDomain[]> {
    return this.#db
      .selectFrom('queue')
      .select(['domain', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy('domain')
      .orderBy('count', 'desc')
      .orderBy('domain')
      .limit(MOST_DOMAINS)
      .execute();
  }

  /** A recipient's message as it will be sent; undefined when the recipient is not in the queue any more. */
  async raw(id: string): Promise<RawMessage | undefined> {
    const row = await this.#db
      .selectFrom('queue')
      .innerJoin('messages', 'messages.id', 'queue.message_id')
      .select(['messages.id', 'trace', 'completion', 'size'])
      .where('queue.id', '=', id)
      .executeTakeFirst();
    return row && rawMessage(this.#bodies, row.id, Buffer.from(row.trace + row.completion), row.size);
  }

  async #order(wanted: QueuePageWanted, moment: Moment): Promise<NamedOrder> {
    const { filter, sort, direction } = wanted;
    const key = JSON.stringify([filter.text, filter.state, filter.domain, sort, direction]);
    const kept = this.#orders.find((one) => one.name === wanted.order && one.wanted === key);
    const named = kept ?? {
      order: await readOrder(this.#db, wanted, moment),
      name: randomUUID(),
      wanted: key,
    };
    const others = this.#orders.filter(({ name }) => name !== named.name);
    this.#orders = [...others.slice(1 - MOST_ORDERS), named];
    return named;
  }

  async #rows(ids: readonly string[]): Promise<Map<string, QueuePageRow>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('queue')
      .innerJoin('messages', 'messages.id', 'queue.message_id')
      .select([
        'queue.id',
        'message_id',
        'sender',
        'recipient',
        'state',
        'attempts',
        'next_attempt_at',
        'last_reply',
        'size',
        'queue.received_at',
      ])
      .where('queue.id', 'in', ids)
      .execute();
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          messageId: row.message_id,
          from: row.sender,
          to: row.recipient,
          state: row.state,
          attempts: row.attempts,
          nextAttemptAt: row.next_attempt_at,
          lastReply: row.last_reply,
          size: row.size,
          receivedAt: row.received_at,
        },
      ]),
    );
  }

  async #places(order: QueueOrder, known: readonly string[]): Promise<QueuePageRead['known']> {
    if (known.length === 0) return [];
    const wanted = [...new Set(known)];
    const places = order.places(wanted);
    const there = new Set<string>();
    for (const part of chunks(wanted)) {
      const rows = await this.#db.selectFrom('queue').select('id').where('id', 'in', part).execute();
      for (const { id } of rows) there.add(id);
    }
    return known.map((id) => ({ index: places.get(id) ?? null, isGone: !there.has(id) }));
  }
}
