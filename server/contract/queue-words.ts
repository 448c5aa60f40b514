/** What becomes of a queued recipient, and why, in plain words. Pure. */
import type { QueueRowView } from './queue.ts';
import type { Settings } from './settings.ts';

/** What the words depend on besides the recipient. */
export interface QueueFacts {
  /** About how many attempts there are in all. */
  readonly tries: number;
  /** The ways that the next attempt takes, in their order. */
  readonly hops: readonly ('mx' | 'smarthost')[];
  /** Sending is paused. */
  readonly isPaused: boolean;
  /** An outgoing connection is free. */
  readonly isFree: boolean;
  readonly now: Date;
}

type Row = Pick<QueueRowView, 'state' | 'isHeld' | 'attempts' | 'nextAttemptAt' | 'lastReply'>;

/**
 * One sentence without a full stop, such as "waits until 14:20: mx.example.org did not answer in time; 2 of about
 * 30 tries; then by the SmartHost". @param timeText writes a time as its reader does
 */
export function queueWords(row: Row, facts: QueueFacts, timeText: (date: Date) => string): string {
  const { state, isHeld, attempts, nextAttemptAt } = row;
  const history = [whyText(row), triesText(attempts, facts.tries)].filter((part) => part !== '');
  const told = (what: string, more: readonly string[] = []) => {
    const [first, ...rest] = [...history, ...more];
    return first === undefined ? what : [`${what}: ${first}`, ...rest].join('; ');
  };
  if (state === 'sending') return `is being sent now${isHeld ? '; on hold should that fail' : ''}`;
  if (state === 'held') return told('held');
  const isDue = state === 'due' || nextAttemptAt === null || nextAttemptAt <= facts.now;
  if (!isDue) {
    const until = `waits until ${timeText(nextAttemptAt)}`;
    const way = wayText(facts.hops);
    return told(facts.isPaused ? `${until}, and until sending is resumed` : until, way === '' ? [] : [way]);
  }
  if (facts.isPaused) return told('due at once when sending is resumed');
  return told(facts.isFree ? 'due now' : 'due now, waits for a free connection');
}

/** Why it is still here: what the last hop of the last attempt said; '' before the first attempt. */
function whyText({ lastReply }: Row): string {
  const last = lastReply?.split(' Then: ').at(-1) ?? '';
  return last.trim().replace(/\.$/, '');
}

/** "2 of about 30 tries"; '' before the first. */
export function triesText(attempts: number, inAll: number): string {
  if (attempts === 0) return '';
  // More were made by hand than the settings foresee.
  if (attempts >= inAll) return attempts === 1 ? '1 try' : `${attempts} tries`;
  return `${attempts} of about ${inAll} tries`;
}

function wayText(hops: QueueFacts['hops']): string {
  if (hops[0] === 'smarthost') return 'then by the SmartHost';
  return hops.length > 1 ? 'then directly, or else by the SmartHost' : '';
}

/**
 * About how many attempts a message gets: the first at once, then one after each of `delivery.retryMinutes`,
 * whose last repeats, and one at the end of `delivery.lifetimeHours`. Beyond ten in fives, because
 * nobody can tell how long the attempts themselves take.
 */
export function triesInAll({
  retryMinutes,
  lifetimeHours,
}: Pick<Settings['delivery'], 'retryMinutes' | 'lifetimeHours'>): number {
  const end = lifetimeHours * 60;
  let tries = 1;
  let minutes = 0;
  for (const wait of retryMinutes) {
    if (minutes >= end) break;
    minutes += Math.max(wait, 1);
    tries++;
  }
  const last = Math.max(retryMinutes.at(-1) ?? 1, 1);
  if (minutes < end) tries += Math.ceil((end - minutes) / last);
  return tries > 10 ? Math.round(tries / 5) * 5 : tries;
}
