/**
 * When a sender is told that a message is late. Pure.
 *
 * A message is late `delivery.delayNoticeHours` after its receipt. But whoever could not send for a while (the
 * machine slept, sending was paused, Waypost was not running) has a lot of late mail and no delay to speak of, if
 * it goes out now. So recipients who are due for an attempt get it first, as long as that is soon. One notice is
 * to tell of all late recipients of a message, so the attempts at all of them are waited for.
 */
import type { Settings } from '../contract/settings.ts';
import type { LateRow } from '../store/late-recipients.ts';
import type { ReportedRecipient } from './report-fields.ts';
import { rhythmText } from './report-times.ts';
import type { DueReport } from './settle.ts';

/** Times are in ms since 1970. */
export interface DelayFacts {
  readonly now: number;
  /** Since when attempts can be made without a break. */
  readonly since: number;
  readonly settings: Pick<Settings, 'delivery'>;
}

/** Which messages are late, by the time of their receipt: after `after`, up to and with `until`. */
export interface LateRange {
  readonly after: number;
  readonly until: number;
  /** Up to this time, attempts are waited for no longer. */
  readonly impatientUntil: number;
}

/** How long attempts may take before a notice goes out without them. */
export const PATIENCE_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/** The range of late messages; undefined when there are to be no notices. What has expired has another report. */
export function lateRange({ now, since, settings }: DelayFacts): LateRange | undefined {
  const { delayNoticeHours, lifetimeHours } = settings.delivery;
  if (delayNoticeHours === 0) return undefined;
  const until = now - delayNoticeHours * HOUR_MS;
  const isEarly = now < since + PATIENCE_MS;
  return {
    after: now - lifetimeHours * HOUR_MS,
    until,
    impatientUntil: isEarly ? Number.NEGATIVE_INFINITY : until - PATIENCE_MS,
  };
}

/** Whether a message received then is told of now, given its recipients of whom nobody was told. */
export function isNoticeDue(
  receivedAt: number,
  rows: readonly Pick<LateRow, 'nextAttemptAt'>[],
  facts: DelayFacts,
): boolean {
  const range = lateRange(facts);
  if (!range || rows.length === 0 || receivedAt > range.until || receivedAt <= range.after) return false;
  return receivedAt <= range.impatientUntil || rows.every(({ nextAttemptAt }) => nextAttemptAt > facts.now);
}

/** The notice about these recipients of a message. */
export function delayNotice(
  receivedAt: number,
  rows: readonly LateRow[],
  { now, settings }: Omit<DelayFacts, 'since'>,
): DueReport {
  const { lifetimeHours, retryMinutes } = settings.delivery;
  const next = Math.min(...rows.map(({ nextAttemptAt }) => nextAttemptAt));
  const attempts = Math.min(...rows.map((row) => row.attempts));
  const outlook = {
    until: receivedAt + lifetimeHours * HOUR_MS,
    rhythm: rhythmText(attempts, retryMinutes),
    ...(next > now ? { nextAt: next } : {}),
  };
  return { kind: 'delayed', recipients: rows.map(lateRecipient), outlook };
}

function lateRecipient({ recipient, orcpt, attempts, lastAttempt }: LateRow): ReportedRecipient {
  const { at = null, reports = [] } = lastAttempt ?? {};
  return { address: recipient, orcpt, reports, attempts, lastAttemptAt: at };
}
