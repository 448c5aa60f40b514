/** Accounts and their mail in plain words. Pure. */
import { BYTES_PER_MB } from '../../server/contract/settings.ts';
import type { AccountView } from '../../server/contract/views.ts';
import { clockText, count, sizeText } from '../status/words.ts';

/** What is used and of how much: "3 MB of 100 MB", "3 MB", "Empty". */
export function spaceText({ usedBytes, quotaMB }: Pick<AccountView, 'usedBytes' | 'quotaMB'>): string {
  if (quotaMB === 0) return usedBytes === 0 ? 'Empty' : sizeText(usedBytes);
  return `${usedBytes === 0 ? '0' : sizeText(usedBytes)} of ${sizeText(quotaMB * BYTES_PER_MB)}`;
}

/** The part of the quota that is used, 0 to 1; undefined without a quota. */
export function usedShare({
  usedBytes,
  quotaMB,
}: Pick<AccountView, 'usedBytes' | 'quotaMB'>): number | undefined {
  return quotaMB === 0 ? undefined : Math.min(1, usedBytes / (quotaMB * BYTES_PER_MB));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When an account signed in last: "Just now", "5 minutes ago", "Yesterday, 14:03", "12 Nov 2026", "Never". */
export function signInText(at: Date | null, now: number): string {
  if (at === null) return 'Never';
  const ago = now - at.getTime();
  if (ago < MINUTE) return 'Just now';
  if (ago < HOUR) return `${count(Math.floor(ago / MINUTE), 'minute')} ago`;
  const days = daysBetween(at, new Date(now));
  if (days === 0) return `${count(Math.floor(ago / HOUR), 'hour')} ago`;
  return days === 1 ? `Yesterday, ${clockText(at)}` : dateText(at);
}

/** When a message came, as short as a list wants it: the time today, the day this year, else the date. */
export function receivedText(at: Date, now: number): string {
  const today = new Date(now);
  if (daysBetween(at, today) === 0) return clockText(at);
  if (at.getFullYear() !== today.getFullYear()) return dateText(at);
  return at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}

/** A point in time in full: "22 Nov 2026, 14:03". */
export function momentText(at: Date): string {
  return `${dateText(at)}, ${clockText(at)}`;
}

/** "12 messages (3 MB)". */
function mailText(messages: number, bytes: number): string {
  return `${count(messages, 'message')} (${sizeText(bytes)})`;
}

/** What becomes of the mail when an account is removed. */
export function removalText({ messages, usedBytes }: AccountView): string {
  if (messages === 0) return 'Its mailbox is empty.';
  const are = messages === 1 ? 'is' : 'are';
  return `${mailText(messages, usedBytes)} in this mailbox ${are} deleted with it.`;
}

function dateText(at: Date): string {
  return at.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** How many midnights lie between two points in time. */
function daysBetween(earlier: Date, later: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(later) - day(earlier)) / (24 * HOUR));
}
