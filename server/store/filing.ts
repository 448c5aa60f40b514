/**
 * The books about reports: how many a sender got of late, and what waits to be told all at once. They change in
 * the commit of what there is to report, so neither a report nor the need for one can get lost.
 */
import type { NewMessage } from '../mail/message.ts';
import { chunks } from './chunks.ts';
import type { Tx } from './schema.ts';

/** The reports that a change causes. Times are in ms since 1970, receivers are keys of addresses. */
export interface ReportFiling {
  /** Those that go out now, each a message to accept. */
  readonly reports?: readonly NewMessage[];
  /** Who gets one, and when: what was before `forget` counts no more. */
  readonly counted?: { readonly receivers: readonly string[]; readonly at: number; readonly forget: number };
  /** Those that wait for a digest. */
  readonly postponed?: readonly PostponedReport[];
  /** The digest among `reports` tells of all entries up to this one; what came after waits until `nextAt`. */
  readonly digested?: { readonly receiver: string; readonly lastEntry: number; readonly nextAt: number };
}

/** What a digest is to tell of one recipient. */
export interface PostponedReport {
  readonly receiver: string;
  /** The receiver's address as the envelope spelled it. */
  readonly sender: string;
  /** When the digest is due if nothing waits for the receiver yet. */
  readonly dueAt: number;
  /** The same for all that may be said of one recipient of one message: the last of it counts. */
  readonly about: string;
  /** Those with the lowest come first where there is not room for all. */
  readonly rank: number;
  readonly kind: string;
  /** What the digest's writer needs to know. */
  readonly entry: string;
}

/** Writes all of a filing but its messages, which are accepted like any other. */
export async function fileReports(
  tx: Tx,
  { counted, postponed = [], digested }: ReportFiling,
): Promise<void> {
  if (counted) {
    const { receivers, at, forget } = counted;
    await tx.deleteFrom('reports').where('at', '<', forget).execute();
    for (const receiver of receivers) await tx.insertInto('reports').values({ receiver, at }).execute();
  }
  // First: the digest may have been written before what is postponed here.
  if (digested) await endDigest(tx, digested);
  for (const { receiver, sender, dueAt } of firstOfEach(postponed)) {
    await tx
      .insertInto('digests')
      .values({ receiver, sender, due_at: dueAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const entries = postponed.map(({ receiver, about, rank, kind, entry }) => {
    return { receiver, about, rank, kind, entry };
  });
  for (const part of chunks(entries)) await tx.insertInto('digest_entries').values(part).execute();
}

async function endDigest(
  tx: Tx,
  { receiver, lastEntry, nextAt }: NonNullable<ReportFiling['digested']>,
): Promise<void> {
  await tx
    .deleteFrom('digest_entries')
    .where('receiver', '=', receiver)
    .where('id', '<=', lastEntry)
    .execute();
  const left = await tx
    .selectFrom('digest_entries')
    .select('id')
    .where('receiver', '=', receiver)
    .limit(1)
    .executeTakeFirst();
  if (left)
    await tx.updateTable('digests').set({ due_at: nextAt }).where('receiver', '=', receiver).execute();
  else await tx.deleteFrom('digests').where('receiver', '=', receiver).execute();
}

function firstOfEach(postponed: readonly PostponedReport[]): PostponedReport[] {
  const byReceiver = new Map(postponed.toReversed().map((one) => [one.receiver, one]));
  return [...byReceiver.values()];
}
