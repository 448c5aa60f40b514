/**
 * What was promised of each message, and whether it was kept. A message that was accepted for a mailbox is there
 * once; one for a peer was taken over by it once, and whole copies besides are those whose reply was lost. Where
 * the sender never heard the final reply, either is right. A message that was broken off before its end is nowhere.
 */

export type Way = 'local' | 'relay';
/** What the sender knows: accepted, broken off before the end of the message, or the reply was never heard. */
export type Fate = 'accepted' | 'broken off' | 'unknown';

interface Entry {
  readonly way: Way;
  fate: Fate;
  /** How often it was found in the mailbox, or at the peer. */
  found: number;
  /** How often the peer had it whole, and did not say so. */
  cut: number;
}

export class Ledger {
  readonly #entries = new Map<number, Entry>();
  readonly #strange: string[] = [];

  /** A message is on its way; what becomes of it is not known yet. Returns its number. */
  begin(way: Way): number {
    const number = this.#entries.size + 1;
    this.#entries.set(number, { way, fate: 'unknown', found: 0, cut: 0 });
    return number;
  }

  settle(number: number, fate: Fate): void {
    const entry = this.#entries.get(number);
    if (entry) entry.fate = fate;
  }

  /** It was found in a mailbox and taken out of it, or a peer has it and said so. */
  found(number: number): void {
    const entry = this.#entries.get(number);
    if (entry) entry.found++;
    else this.strange(`Message ${number} was never sent`);
  }

  /** A peer has it whole, and hung up instead of saying so. */
  cut(number: number): void {
    const entry = this.#entries.get(number);
    if (entry) entry.cut++;
  }

  /** Something that must not be, whatever the message. */
  strange(what: string): void {
    this.#strange.push(what);
  }

  count(fate: Fate, way?: Way): number {
    return [...this.#entries.values()].filter(
      (entry) => entry.fate === fate && (way === undefined || entry.way === way),
    ).length;
  }

  /** Accepted messages that were not found yet. */
  get missing(): number {
    return [...this.#entries.values()].filter(
      ({ fate, found, cut }) => fate === 'accepted' && found + cut === 0,
    ).length;
  }

  /** Copies beyond the first at the peer, each after a reply that was lost. */
  get duplicates(): number {
    let copies = 0;
    for (const { way, found, cut } of this.#entries.values())
      if (way === 'relay') copies += Math.max(0, found + cut - 1);
    return copies;
  }

  /** What is wrong, in words; empty when every message is accounted for. */
  faults(): string[] {
    return [...this.#strange, ...[...this.#entries].flatMap(([number, entry]) => fault(number, entry))];
  }
}

function fault(number: number, { way, fate, found, cut }: Entry): string[] {
  const wrong = (what: string) => [`Message ${number} (${way}, ${fate}) ${what}`];
  if (fate === 'broken off') return found + cut > 0 ? wrong('arrived though it had no end') : [];
  // A reply that was lost leaves the message with the sender, which has to try again.
  if (fate === 'accepted' && found === 0) return wrong('is lost');
  return found > 1 ? wrong(`arrived ${found} times`) : [];
}
