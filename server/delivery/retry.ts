/** When a deferred recipient is tried again. */
import type { Settings } from '../contract/settings.ts';

/** What is known after an attempt that deferred. Times are in ms since the epoch. */
export interface AttemptFacts {
  /** Attempts made so far, the one that has just ended included. */
  readonly attempts: number;
  readonly receivedAt: number;
  readonly now: number;
  readonly settings: Pick<Settings, 'delivery'>;
}

/** The next attempt, or that the message has been waiting for its whole lifetime. */
export type NextAttempt = { readonly kind: 'retry'; readonly at: number } | { readonly kind: 'expired' };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The schedule of `delivery.retryMinutes`, whose last entry repeats, up to `delivery.lifetimeHours` after
 * receipt (RFC 5321 section 4.5.4.1). A wait that would outlast the lifetime ends with it: the last attempt
 * is made then, and only after that one the message expires.
 */
export function nextAttempt({ attempts, receivedAt, now, settings }: AttemptFacts): NextAttempt {
  const { retryMinutes, lifetimeHours } = settings.delivery;
  const end = receivedAt + lifetimeHours * HOUR;
  if (now >= end) return { kind: 'expired' };
  const minutes = retryMinutes[Math.min(Math.max(attempts, 1), retryMinutes.length) - 1] ?? 0;
  return { kind: 'retry', at: Math.min(now + Math.max(minutes, 1) * MINUTE, end) };
}

/** The longest time that a schedule lets anybody wait for the next attempt, in ms. */
export function longestWaitMs({ delivery }: Pick<Settings, 'delivery'>): number {
  return Math.max(1, ...delivery.retryMinutes) * MINUTE;
}
