/**
 * Who may connect right now: nobody while receiving is paused, else as many as the limits 'Total' and 'From a
 * Single Host' let in, counted over all listeners together and decided before the greeting.
 *
 * What is counted are tickets. A ticket is given when a connection is accepted and taken back once, by
 * whatever ends the session first, so the counters can't leak however a connection dies.
 */
import { randomBytes } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { SmtpReply } from '../mail/reply.ts';

export interface AdmissionLimits {
  readonly maxTotal: number;
  readonly maxPerHost: number;
  /** Nobody may. */
  readonly paused: boolean;
  /** The server's name, for the reply. */
  readonly hostname: string;
}

/** A place among the incoming connections; `id` is the session's id. */
export interface Ticket {
  readonly id: string;
  /** Gives the place back; calling it again does nothing. */
  release(): void;
}

export type Admitted = { readonly ticket: Ticket } | { readonly refusal: SmtpReply };

export class Admission {
  readonly #limits: () => AdmissionLimits;
  readonly #hostById = new Map<string, string>();
  readonly #countByHost = new Map<string, number>();

  /** @param limits asked at every connection, so that a changed limit is felt by the next one */
  constructor(limits: () => AdmissionLimits) {
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

  admit(remoteAddress: string): Admitted {
    const { maxTotal, maxPerHost, hostname, paused } = this.#limits();
    if (paused) {
      const text = `${hostname} Not receiving mail at the moment, please try again later`;
      return { refusal: { code: 421, enhanced: '4.3.2', text } };
    }
    const host = hostKey(remoteAddress);
    const fromHost = this.#countByHost.get(host) ?? 0;
    if (fromHost >= maxPerHost) {
      const text = `${hostname} Too many connections from ${plainAddress(remoteAddress)} (${fromHost} of ${maxPerHost})`;
      return { refusal: { code: 421, enhanced: '4.7.0', text } };
    }
    if (this.total >= maxTotal) {
      const text = `${hostname} Too many connections (${this.total} of ${maxTotal})`;
      return { refusal: { code: 421, enhanced: '4.3.2', text } };
    }
    const id = randomBytes(8).toString('hex');
    this.#hostById.set(id, host);
    this.#countByHost.set(host, fromHost + 1);
    return { ticket: { id, release: () => this.#release(id) } };
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

/** Addresses of clients that delivered mail since the start; the longest unseen are forgotten first. */
export class KnownClients {
  static readonly #MOST = 10_000;
  readonly #addresses = new Set<string>();

  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  add(address: string): void {
    this.#addresses.delete(address);
    this.#addresses.add(address);
    const [oldest] = this.#addresses;
    if (this.#addresses.size > KnownClients.#MOST && oldest !== undefined) this.#addresses.delete(oldest);
  }
}

/** Addresses that count as one host: an IPv4 address, or an IPv6 network of 64 bits, which one host owns. */
export function hostKey(remoteAddress: string): string {
  if (!ipaddr.isValid(remoteAddress)) return remoteAddress;
  const address = ipaddr.process(remoteAddress);
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** The address as people know it: without the prefix of IPv4 on an IPv6 socket. */
export function plainAddress(remoteAddress: string): string {
  return ipaddr.isValid(remoteAddress) ? ipaddr.process(remoteAddress).toString() : remoteAddress;
}

/** True when the address lies in one of the networks (CIDR or single addresses). */
export function inNetworks(remoteAddress: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(remoteAddress)) return false;
  const address = ipaddr.process(remoteAddress);
  return networks.some((network) => {
    const [range, bits] = network.includes('/')
      ? ipaddr.parseCIDR(network)
      : [ipaddr.parse(network), undefined];
    if (range.kind() !== address.kind()) return false;
    return address.match(range, bits ?? (range.kind() === 'ipv4' ? 32 : 128));
  });
}

export function isLoopback(remoteAddress: string): boolean {
  return inNetworks(remoteAddress, ['127.0.0.0/8', '::1']);
}
