/**
 * What an attempt's outcomes mean for the queue and for the sender. Pure: `sender.ts` carries it out.
 *
 * Delivered and failed recipients leave the queue; deferred ones wait for their next attempt, or leave it
 * too when their lifetime is over. What failed or expired is reported, if the sender wants to know. What was
 * delivered is reported where the sender asked for that, or was told of a delay before: unless the next server
 * has taken over the promise to report it (RFC 3461 section 5.2).
 */
import type { Settings } from '../contract/settings.ts';
import type { Outcome } from '../mail/message.ts';
import type { Settlement } from '../store/ledger.ts';
import type { QueuedRow, StoredMessage } from '../store/queue-rows.ts';
import type { JobResult } from './job.ts';
import { wantsReport } from './report.ts';
import type { ReportedRecipient } from './report-fields.ts';
import type { Outlook, ReportKind } from './report-words.ts';
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
  /** Of a delayed message. */
  readonly outlook?: Outlook;
}

export interface Settled {
  readonly settlements: readonly Settlement[];
  readonly reports: readonly DueReport[];
  /** Recipients of a report of ours that could not be delivered: nobody can be told. */
  readonly dropped: readonly string[];
}

/** The settlement of every recipient of an attempt, and the reports it causes. */
export function settle(facts: SettleFacts): Settled {
  const { sender } = facts.message;
  const settlements: Settlement[] = [];
  const dropped: string[] = [];
  const ended = new Map<ReportKind, ReportedRecipient[]>();
  for (const row of facts.recipients) {
    const outcome = facts.result.get(row.id);
    // Without an outcome the attempt broke off; the recipient stays due.
    if (!outcome) continue;
    const { settlement, report } = settleOne(row, outcome, facts);
    settlements.push(settlement);
    if (sender === '' && (report === 'failed' || report === 'expired')) dropped.push(row.recipient);
    if (!report || !wantsReport(sender, row, report)) continue;
    ended.set(report, [...(ended.get(report) ?? []), reported(row, outcome)]);
  }
  return { settlements, reports: [...ended].map(([kind, recipients]) => ({ kind, recipients })), dropped };
}

function settleOne(
  row: QueuedRow,
  outcome: Outcome,
  facts: SettleFacts,
): { settlement: Settlement; report?: ReportKind | undefined } {
  const { message, settings, now, routeChanged } = facts;
  const finished: Settlement = { id: row.id, kind: 'finished' };
  switch (outcome.kind) {
    case 'delivered':
      return { settlement: finished, report: successKind(row, outcome) };
    case 'failed':
      return { settlement: finished, report: 'failed' };
    case 'deferred': {
      const attempts = row.attempts + 1;
      const next = nextAttempt({ attempts, receivedAt: message.receivedAt, now, settings });
      if (next.kind === 'expired' && !routeChanged) return { settlement: finished, report: 'expired' };
      const nextAttemptAt = routeChanged || next.kind === 'expired' ? now : next.at;
      const lastAttempt = { at: now, reports: outcome.reports };
      return { settlement: { id: row.id, kind: 'waits', nextAttemptAt, lastAttempt } };
    }
  }
}

/** Which report a delivery may be worth; whether it is wanted is another question. */
function successKind({ notify, noticedAt }: QueuedRow, { reports }: Outcome): ReportKind | undefined {
  const isPassedOn = notify?.includes('SUCCESS') && reports.at(-1)?.dsn === true;
  if (isPassedOn) return undefined;
  return noticedAt === null ? 'relayed' : 'belated';
}

function reported(
  { recipient, orcpt, attempts, noticedAt }: QueuedRow,
  { reports }: Outcome,
): ReportedRecipient {
  return { address: recipient, orcpt, reports, attempts: attempts + 1, noticedAt };
}
