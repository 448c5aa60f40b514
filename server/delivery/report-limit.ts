/**
 * How many reports one sender gets. Whoever sends a thousand messages to addresses that don't exist would get a
 * thousand reports, and would read none: so beyond some within an hour, the rest is told all at once.
 *
 * It is the last hour that counts, not the hour of the clock, so there is none with more. Once something waits
 * for the digest all that follows joins it, and the digest goes out an hour after the first. What happens within
 * an hour is therefore in one digest, however it lies to the full hours.
 */

/** Reports to one sender within any hour. */
export const MOST_REPORTS = 20;
export const HOUR_MS = 3_600_000;

/** So many receivers are kept in mind without asking who got none of late. */
const MANY = 1000;

/** Whether one more report may go out. @param sent when earlier ones did; ms since 1970 */
export function mayReport(sent: readonly number[], now: number): boolean {
  return countOfLastHour(sent, now) < MOST_REPORTS;
}

/** What lies in the future was written before somebody put the clock right, and says nothing. */
function countOfLastHour(sent: readonly number[], now: number): number {
  return sent.filter((at) => at > now - HOUR_MS && at <= now).length;
}

/** The books of the last hour, in memory: the store keeps them over a restart. Receivers are keys of addresses. */
export class ReportLimit {
  readonly #sent = new Map<string, number[]>();
  readonly #collecting: Set<string>;

  /** Begins with what the store knows. */
  constructor(sent: readonly { receiver: string; at: number }[], collecting: readonly string[]) {
    this.#collecting = new Set(collecting);
    for (const { receiver, at } of sent) this.#note(receiver, at);
  }

  /** Receivers whose reports are counted. */
  get size(): number {
    return this.#sent.size;
  }

  /** Whether a report may go out now by itself; it counts at once. Otherwise it belongs into the digest. */
  take(receiver: string, now: number): boolean {
    if (this.#collecting.has(receiver)) return false;
    if (!mayReport(this.#sent.get(receiver) ?? [], now)) {
      this.#collecting.add(receiver);
      return false;
    }
    this.#note(receiver, now);
    if (this.#sent.size > MANY) this.#forget(now);
    return true;
  }

  /** The last report was not written after all. */
  giveBack(receiver: string): void {
    this.#sent.set(receiver, (this.#sent.get(receiver) ?? []).slice(0, -1));
  }

  /** The digest is being written, and counts; from now on another is collected when there is need. */
  digest(receiver: string, now: number): void {
    this.#collecting.delete(receiver);
    this.#note(receiver, now);
  }

  #note(receiver: string, at: number): void {
    this.#sent.set(receiver, [...(this.#sent.get(receiver) ?? []), at].slice(-MOST_REPORTS));
  }

  /** Those who got none for an hour are nobody special. */
  #forget(now: number): void {
    for (const [receiver, sent] of this.#sent)
      if (countOfLastHour(sent, now) === 0) this.#sent.delete(receiver);
  }
}
