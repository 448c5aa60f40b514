/**
 * The model of what Waypost has promised, and the comparison of that with what is there.
 *
 * An acknowledged message is whole in each of its places: its mailboxes and, for others, the queue or their servers.
 * One whose acknowledgement never came is in all of its places or in none; which of the two is decided at the first
 * look after a start, and is a promise from then on. Nobody knows of messages that were never sent.
 */
import { createHash } from 'node:crypto';
import { Copy } from './copy.ts';
import { Errand, type QueueState } from './errand.ts';

/** A message as it is sent. */
export interface Mail {
  /** Its name, in its subject. */
  readonly tag: string;
  readonly content: string;
  /** Accounts, each once. */
  readonly accounts: readonly string[];
  /** Recipients elsewhere; each is of one message only. */
  readonly remotes: readonly string[];
}

/** A copy that somebody has: the message's name and the digest of its content. */
export interface FoundCopy {
  readonly tag: string;
  readonly digest: string;
}

/** What is there. */
export interface Found {
  readonly mailboxes: ReadonlyMap<string, readonly FoundCopy[]>;
  readonly queue: readonly { readonly to: string; readonly state: QueueState }[];
}

interface Entry {
  readonly tag: string;
  readonly digest: string;
  readonly copies: readonly Copy[];
  readonly errands: readonly Errand[];
  fate: 'open' | 'promised' | 'none';
}

/** What a copy is known by, whatever was put before it on its way. */
export function readCopy(raw: string): FoundCopy {
  const from = raw.indexOf('Subject: ');
  const ours = raw.slice(Math.max(from, 0)).trimEnd();
  return { tag: /^Subject: (\S+)/.exec(ours)?.[1] ?? '', digest: digestOf(ours) };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text.trimEnd()).digest('hex');
}

export class Promises {
  readonly #entries = new Map<string, Entry>();
  readonly #errands = new Map<string, { entry: Entry; errand: Errand }>();
  /** What was seen to be wrong at once. */
  readonly #problems: string[] = [];
  /** Replies that were lost with their process, over all lives. */
  lostReplies = 0;

  sent({ tag, content, accounts, remotes }: Mail): void {
    const copies = accounts.map((account) => new Copy(account));
    const errands = remotes.map((address) => new Errand(address));
    const entry: Entry = { tag, digest: digestOf(content), copies, errands, fate: 'open' };
    this.#entries.set(tag, entry);
    for (const errand of errands) this.#errands.set(errand.address, { entry, errand });
  }

  acknowledged(tag: string): void {
    this.#entry(tag).fate = 'promised';
  }

  refused(tag: string): void {
    this.#entry(tag).fate = 'none';
  }

  get acknowledgedCount(): number {
    return [...this.#entries.values()].filter(({ fate }) => fate === 'promised').length;
  }

  /** The copy of a message in a mailbox; undefined when there should be none. */
  copy(account: string, tag: string): Copy | undefined {
    return this.#entries.get(tag)?.copies.find((copy) => copy.account === account);
  }

  errand(address: string): Errand | undefined {
    return this.#errands.get(address)?.errand;
  }

  /** Errands that may still be in the queue. */
  get openErrands(): Errand[] {
    return [...this.#errands.values()].flatMap(({ errand }) => (errand.isOpen ? [errand] : []));
  }

  get repeatedErrands(): number {
    return [...this.#errands.values()].reduce((sum, { errand }) => sum + errand.repeated, 0);
  }

  /** A server elsewhere took a copy for these recipients. */
  taken(addresses: readonly string[], { tag, digest }: FoundCopy): void {
    for (const address of addresses) {
      const known = this.#errands.get(address);
      if (!known || known.entry.tag !== tag) {
        this.#problems.push(`${tag || 'something unknown'} was sent to ${address}, who is not its recipient`);
        continue;
      }
      if (known.entry.fate === 'none') this.#problems.push(`${tag} was sent though it was not accepted`);
      if (known.entry.digest !== digest) this.#problems.push(`${tag} was sent damaged to ${address}`);
      this.#problems.push(...known.errand.taken().map((problem) => `${tag} ${problem}`));
    }
  }

  /**
   * Looks at what is there after a start, before anything is sent. Returns what is wrong, in sentences.
   * @param slots how many transactions one process may have had under way, or just behind it, when it was killed
   */
  checkStart(found: Found, slots: number): string[] {
    const problems = [...this.#problems.splice(0), ...this.#strangers(found)];
    const look = new Lookup(found);
    const lost = new Set<string>();
    for (const entry of this.#entries.values()) {
      const states = entry.errands.map(({ address }) => look.states(address));
      entry.errands.forEach((errand, index) => {
        if (!errand.isReplyLost(states[index] ?? [])) return;
        lost.add(`${entry.tag} ${errand.address.split('@')[1]}`);
      });
      problems.push(...this.#entryProblems(entry, look));
    }
    this.lostReplies += lost.size;
    if (lost.size > slots) {
      problems.push(`${lost.size} replies were lost by one process, and not ${slots} at most`);
    }
    return problems;
  }

  /** Looks again after the queue had time to run. Returns what is wrong, in sentences. */
  checkSettled(found: Found): string[] {
    const problems = this.#problems.splice(0);
    const look = new Lookup(found);
    for (const { tag, fate, errands } of this.#entries.values()) {
      for (const errand of errands) {
        const open = errand.openProblems(look.states(errand.address), fate === 'promised');
        problems.push(...open.map((problem) => `${tag} ${problem}`));
      }
    }
    return problems;
  }

  #entryProblems(entry: Entry, look: Lookup): string[] {
    const counts = entry.copies.map(({ account }) => look.copies(account, entry.tag).length);
    const states = entry.errands.map(({ address }) => look.states(address));
    const there = [
      ...entry.copies.map((copy, index) => copy.wasThere(counts[index] ?? 0)),
      ...entry.errands.map((errand, index) => errand.wasThere(states[index] ?? [])),
    ];
    if (entry.fate === 'none')
      return there.includes(true) ? [`${entry.tag} is there, but was not accepted`] : [];
    if (entry.fate === 'open') {
      if (there.includes(true) && there.includes(false)) return [`${entry.tag} is there by half`];
      entry.fate = there.includes(true) ? 'promised' : 'none';
      if (entry.fate === 'none') return [];
    }
    const damaged = entry.copies
      .filter(({ account }) => look.copies(account, entry.tag).some(({ digest }) => digest !== entry.digest))
      .map(({ account }) => `is damaged in the mailbox of ${account}`);
    const problems = [
      ...damaged,
      ...entry.copies.flatMap((copy, index) => copy.problems(counts[index] ?? 0, true)),
      ...entry.errands.flatMap((errand, index) => errand.problems(states[index] ?? [], true)),
    ];
    return problems.map((problem) => `${entry.tag} ${problem}`);
  }

  /** What is there though nobody has sent it there. */
  #strangers({ mailboxes, queue }: Found): string[] {
    const inMailboxes = [...mailboxes].flatMap(([account, copies]) =>
      copies
        .filter(({ tag }) => !this.copy(account, tag))
        .map(({ tag }) => `${tag || 'something unknown'} is in the mailbox of ${account} by mistake`),
    );
    const inQueue = queue
      .filter(({ to }) => !this.#errands.has(to))
      .map(({ to }) => `${to} is in the queue, but was never a recipient`);
    return [...inMailboxes, ...inQueue];
  }

  #entry(tag: string): Entry {
    const entry = this.#entries.get(tag);
    if (!entry) throw new Error(`Nothing is known of ${tag}.`);
    return entry;
  }
}

/** `Found`, in a form in which thousands of messages are looked up fast. */
class Lookup {
  readonly #copies: ReadonlyMap<string, readonly FoundCopy[]>;
  readonly #states: ReadonlyMap<string, readonly QueueState[]>;

  constructor({ mailboxes, queue }: Found) {
    const all = [...mailboxes].flatMap(([account, copies]) => copies.map((copy) => ({ account, copy })));
    this.#copies = grouped(
      all,
      ({ account, copy }) => `${account} ${copy.tag}`,
      ({ copy }) => copy,
    );
    this.#states = grouped(
      queue,
      ({ to }) => to,
      ({ state }) => state,
    );
  }

  copies(account: string, tag: string): readonly FoundCopy[] {
    return this.#copies.get(`${account} ${tag}`) ?? [];
  }

  states(address: string): readonly QueueState[] {
    return this.#states.get(address) ?? [];
  }
}

function grouped<T, Value>(
  list: readonly T[],
  key: (one: T) => string,
  value: (one: T) => Value,
): ReadonlyMap<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), value(one)]);
  return groups;
}
