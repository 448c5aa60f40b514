/**
 * How many may be connected at a time, over all ports of a protocol together, and how many of them from one host.
 *
 * A place is taken when a connection is accepted and given back once, by whatever ends the session first, so the
 * counters can't leak however a connection dies.
 */
import { newSortedId } from '../mail/sorted-id.ts';
import { hostKey } from './addresses.ts';

export interface PlaceLimits {
  readonly maxTotal: number;
  readonly maxPerHost: number;
}

export interface Place {
  readonly id: string;
  /** Gives the place back; calling it again does nothing. */
  release(): void;
}

/** There is none left: for this host, or at all. */
export interface Full {
  readonly full: 'host' | 'all';
  readonly now: number;
  readonly most: number;
}

export class Places {
  readonly #limits: () => PlaceLimits;
  readonly #hostById = new Map<string, string>();
  readonly #countByHost = new Map<string, number>();

  /** @param limits asked at every connection, so that a changed limit is felt by the next one */
  constructor(limits: () => PlaceLimits) {
    this.#limits = limits;
  }

  /** Connections now, over all hosts. */
  get total(): number {
    return this.#hostById.size;
  }

  /** Hosts that have a connection now. */
  get hosts(): number {
    return this.#countByHost.size;
  }

  take(remoteAddress: string): Place | Full {
    const { maxTotal, maxPerHost } = this.#limits();
    const host = hostKey(remoteAddress);
    const fromHost = this.#countByHost.get(host) ?? 0;
    if (fromHost >= maxPerHost) return { full: 'host', now: fromHost, most: maxPerHost };
    if (this.total >= maxTotal) return { full: 'all', now: this.total, most: maxTotal };
    const id = newSortedId();
    this.#hostById.set(id, host);
    this.#countByHost.set(host, fromHost + 1);
    return { id, release: () => this.#release(id) };
  }

  #release(id: string): void {
    const host = this.#hostById.get(id);
    if (host === undefined) return;
    this.#hostById.delete(id);
    const left = (this.#countByHost.get(host) ?? 1) - 1;
    if (left === 0) this.#countByHost.delete(host);
    else this.#countByHost.set(host, left);
  }
}
