/** The queue in plain words. Pure. */
import type { QueueFilter, QueueSort, QueueState } from '../../server/contract/queue.ts';
import { momentText } from '../accounts/words.ts';
import { clockText, sizeText } from '../status/words.ts';

export const STATE_NAMES: Readonly<Record<QueueState, string>> = {
  due: 'Due',
  sending: 'Being sent',
  deferred: 'Waiting for a time',
  held: 'On hold',
};

export const SORT_NAMES: Readonly<Record<QueueSort, string>> = {
  next: 'Next attempt',
  received: 'Received',
  recipient: 'Recipient',
  size: 'Size',
  attempts: 'Tries',
};

/** A time that lies ahead: "14:20" today, else "22 Nov 2026, 14:20". */
export function timeText(at: Date, now: Date): string {
  return at.toDateString() === now.toDateString() ? clockText(at) : momentText(at);
}

/** "12,345 recipients", "1 of 3 recipients selected". */
export function countText(total: number, selected: number): string {
  const all = recipientsText(total);
  if (selected === total && total > 1) return `All ${all} selected`;
  return selected === 0 ? all : `${numberText(selected)} of ${all} selected`;
}

/** A size for a narrow column: "512 B", "1.5 KB". */
export function shortSize(bytes: number): string {
  return sizeText(bytes).replace(/ bytes?$/, ' B');
}

/** "1 recipient", "12,345 recipients". */
export function recipientsText(number: number): string {
  return `${numberText(number)} ${number === 1 ? 'recipient' : 'recipients'}`;
}

/** A large number as its reader writes it. */
export function numberText(number: number): string {
  return number.toLocaleString();
}

export function isFiltered({ text = '', state, domain = '' }: QueueFilter): boolean {
  return text !== '' || state !== undefined || domain !== '';
}

/** The first letter large, as at the beginning of a cell. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What was said, each hop's words by itself. */
export function repliesOf(lastReply: string): string[] {
  return lastReply.split(' Then: ');
}
