/** Taking mail out of the queue by hand, and telling its senders where that is wanted. */
import type { HopReport } from '../mail/message.ts';
import { noReply } from '../mail/reply.ts';
import type { ReportFiling } from '../store/filing.ts';
import type { QueuedRow } from '../store/queue-rows.ts';
import type { Store } from '../store/store.ts';
import { wantsReport } from './report.ts';
import type { Reporter } from './reporter.ts';

export interface RemovalParts {
  readonly store: Store;
  readonly reporter: Reporter;
}

/** How many recipients were removed, how many reports went out, and how many recipients a digest will tell of. */
export interface Removal {
  readonly count: number;
  readonly reports: number;
  readonly digested: number;
}

type NamedRow = QueuedRow & { readonly lastReply: string | null };

/** Other or undefined security status (RFC 3463 section 3.8): somebody decided it, no machine. */
const BY_HAND = '5.7.0';

/**
 * Removes recipients, none of whom may be in an attempt, and reports each of their messages as failed to its
 * sender: one report for all that are removed of one message, in the same commit as their removal. Who asked
 * for no reports of failures gets none, and a null sender never does.
 */
export async function removeWithReport(ids: readonly string[], parts: RemovalParts): Promise<Removal> {
  const { store, reporter } = parts;
  const byMessage = new Map<string, NamedRow[]>();
  for (const row of await store.queuePages.named(ids))
    byMessage.set(row.messageId, [...(byMessage.get(row.messageId) ?? []), row]);
  const removals: { messageId: string; rows: NamedRow[]; filing: ReportFiling }[] = [];
  for (const [messageId, rows] of byMessage)
    removals.push({ messageId, rows, filing: await filingOf(messageId, rows, parts) });
  // All in one turn, so that they share a commit.
  await Promise.all(
    removals.map(async ({ messageId, rows, filing }) => {
      const settlements = rows.map(({ id }) => ({ id, kind: 'finished' as const }));
      try {
        await store.ledger.settle(messageId, settlements, filing);
      } catch (error) {
        await reporter.abandon(filing);
        throw error;
      }
      reporter.done(messageId, filing);
    }),
  );
  const sum = (of: (removal: (typeof removals)[number]) => number) =>
    removals.reduce((total, removal) => total + of(removal), 0);
  return {
    count: sum(({ rows }) => rows.length),
    reports: sum(({ filing }) => filing.reports?.length ?? 0),
    digested: sum(({ filing }) => filing.postponed?.length ?? 0),
  };
}

async function filingOf(
  messageId: string,
  rows: readonly NamedRow[],
  { store, reporter }: RemovalParts,
): Promise<ReportFiling> {
  const message = await store.queue.message(messageId);
  if (!message) return {};
  const recipients = rows
    .filter((row) => wantsReport(message.sender, row, 'removed'))
    .map((row) => ({
      address: row.recipient,
      orcpt: row.orcpt,
      reports: [byHand(row.lastReply)],
      status: BY_HAND,
      noticedAt: row.noticedAt,
    }));
  return recipients.length === 0 ? {} : reporter.file(message, [{ kind: 'removed', recipients }]);
}

/** What there is to say instead of a server's reply; `lastReply` is what the last attempt came to. */
function byHand(lastReply: string | null): HopReport {
  const before = lastReply === null ? '' : ` The last attempt ended so: ${lastReply}`;
  return {
    hop: 'mx',
    host: '',
    reply: noReply(`It was removed by hand before it could be delivered.${before}`, BY_HAND),
  };
}
