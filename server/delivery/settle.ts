/**
 * What an attempt's outcomes mean for the queue and for the sender. Pure: `sender.ts` carries it out.
 *
 * Delivered and failed recipients leave the queue; deferred ones wait for their next attempt, or leave it
 * too when their lifetime is over. What failed or expired is reported, if the sender wants to know.
 */
import type { Settings } from '../contract/settings.ts';
import type { HopReport, Outcome } from '../mail/message.ts';
import { replyText } from '../mail/reply.ts';
import type { Settlement } from '../store/ledger.ts';
import type { QueuedRow, StoredMessage } from '../store/queue.ts';
import type { JobResult } from './job.ts';
import { type ReportedRecipient, type ReportKind, wantsReport } from './report.ts';
import { nextAttempt } from './retry.ts';

export interface SettleFacts {
  readonly message: StoredMessage;
  readonly recipients: readonly QueuedRow[];
  readonly result: JobResult;
  readonly settings: Settings;
  readonly now: number;
  /** The route changed while the attempt ran: what deferred on the old one is due on the new one at once. */
  readonly routeChanged: boolean;
}

/** A report to write, and about whom. */
export interface DueReport {
  readonly kind: ReportKind;
  readonly recipients: readonly ReportedRecipient[];
}

export interface Settled {
  readonly settlements: readonly Settlement[];
  readonly reports: readonly DueReport[];
}

/** The settlement of every recipient of an attempt, and the reports it causes. */
export function settle(facts: SettleFacts): Settled {
  const settlements: Settlement[] = [];
  const ended = new Map<ReportKind, ReportedRecipient[]>();
  for (const row of facts.recipients) {
    const outcome = facts.result.get(row.id);
    // Without an outcome the attempt broke off; the recipient stays due.
    if (!outcome) continue;
    const { settlement, report } = settleOne(row, outcome, facts);
    settlements.push(settlement);
    if (!report || !wantsReport(facts.message.sender, row, report)) continue;
    const reported = { address: row.recipient, orcpt: row.orcpt, reports: outcome.reports };
    ended.set(report, [...(ended.get(report) ?? []), reported]);
  }
  return { settlements, reports: [...ended].map(([kind, recipients]) => ({ kind, recipients })) };
}

function settleOne(
  row: QueuedRow,
  outcome: Outcome,
  facts: SettleFacts,
): { settlement: Settlement; report?: ReportKind } {
  const { message, settings, now, routeChanged } = facts;
  const finished: Settlement = { id: row.id, kind: 'finished' };
  switch (outcome.kind) {
    case 'delivered':
      return { settlement: finished };
    case 'failed':
      return { settlement: finished, report: 'failed' };
    case 'deferred': {
      const attempts = row.attempts + 1;
      const next = nextAttempt({ attempts, receivedAt: message.receivedAt, now, settings });
      if (next.kind === 'expired' && !routeChanged) return { settlement: finished, report: 'expired' };
      const nextAttemptAt = routeChanged || next.kind === 'expired' ? now : next.at;
      return {
        settlement: { id: row.id, kind: 'waits', nextAttemptAt, lastReply: repliesText(outcome.reports) },
      };
    }
  }
}

/** What the hops said, in one line. */
function repliesText(reports: readonly HopReport[]): string {
  return reports
    .map(({ hop, host, reply }) => {
      const who = hop === 'smarthost' ? `SmartHost ${host}`.trim() : host;
      return who === '' || reply.code === 0 ? replyText(reply) : `${who} said: ${replyText(reply)}`;
    })
    .join(' Then: ');
}
