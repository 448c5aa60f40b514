/**
 * Who may connect right now: nobody while receiving is paused, no address that is blocked, else as many as the
 * limits 'Total' and 'From a Single Host' let in, over all listeners together. It is decided before the greeting.
 */
import type { SmtpReply } from '../mail/reply.ts';
import { plainAddress } from '../network/addresses.ts';
import { type Place, type PlaceLimits, Places } from '../network/places.ts';

export interface AdmissionLimits extends PlaceLimits {
  /** Nobody may. */
  readonly paused: boolean;
  /** The server's name, for the reply. */
  readonly hostname: string;
}

/** The ticket's id is the session's. */
export type Admitted = { readonly ticket: Place } | { readonly refusal: SmtpReply };

export class Admission {
  readonly #limits: () => AdmissionLimits;
  readonly #isBlocked: (address: string) => boolean;
  readonly #places: Places;

  /** @param limits asked at every connection, so that a changed limit is felt by the next one */
  constructor(limits: () => AdmissionLimits, isBlocked: (address: string) => boolean = () => false) {
    this.#limits = limits;
    this.#isBlocked = isBlocked;
    this.#places = new Places(limits);
  }

  /** Connections now, over all hosts. */
  get total(): number {
    return this.#places.total;
  }

  /** Hosts that have a connection now. */
  get hosts(): number {
    return this.#places.hosts;
  }

  admit(remoteAddress: string): Admitted {
    const { hostname, paused } = this.#limits();
    const refuse = (enhanced: string, text: string) => ({
      refusal: { code: 421, enhanced, text: `${hostname} ${text}` },
    });
    const from = plainAddress(remoteAddress);
    if (paused) return refuse('4.3.2', 'Not receiving mail at the moment, please try again later');
    if (this.#isBlocked(remoteAddress))
      return refuse('4.7.0', `Connections from ${from} are not accepted for now`);
    const place = this.#places.take(remoteAddress);
    if (!('full' in place)) return { ticket: place };
    const { full, now, most } = place;
    return full === 'host'
      ? refuse('4.7.0', `Too many connections from ${from} (${now} of ${most})`)
      : refuse('4.3.2', `Too many connections (${now} of ${most})`);
  }
}
