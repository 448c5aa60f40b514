/** Picking up mail, as the engine sees it: POP3 on its ports, within limits of its own. */
import type { Socket } from 'node:net';
import type { ListenerName } from '../contract/listeners.ts';
import type { Settings } from '../contract/settings.ts';
import { isLoopback, plainAddress } from '../network/addresses.ts';
import { Places } from '../network/places.ts';
import { isWrong, type SignIn } from '../sign-in/sign-in.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { MailStore } from './maildrop.ts';
import { type PickupSession, type Pop3Place, type Pop3Security, Pop3Server } from './pop3-server.ts';
import { SignInRefused } from './session-context.ts';

export interface PickupOptions {
  readonly mailboxes: MailStore;
  readonly signIn: SignIn;
  /** Whether an address may not connect for now. */
  readonly isBlocked: (address: string) => boolean;
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly log: (entry: LogEntry) => void;
}

export class Pickup {
  readonly names: readonly ListenerName[] = ['pop3', 'pop3s'];
  readonly #options: PickupOptions;
  readonly #places: Places;
  readonly #pop3: Pop3Server;

  constructor(options: PickupOptions) {
    const { mailboxes, settings, log } = options;
    this.#options = options;
    this.#places = new Places(() => settings().pickup);
    this.#pop3 = new Pop3Server({
      mailboxes,
      hostname: () => settings().hostname,
      admit: (host) => this.#admit(host),
      signIn: (host, user, password) => this.#signIn(host, user, password),
      isLoopback,
      log,
    });
  }

  get sessions(): PickupSession[] {
    return this.#pop3.sessions;
  }

  /** Ends a session between two of its commands; POP3 has no way to say why. */
  endSession(id: string): boolean {
    return this.#pop3.endSession(id);
  }

  /** Takes a connection of one of its ports. */
  accept(socket: Socket, security: Pop3Security | 'none'): void {
    const { remoteAddress } = socket;
    // The client may be gone before we got to look.
    if (remoteAddress === undefined) socket.destroy();
    else this.#pop3.accept(socket, plainAddress(remoteAddress), security === 'tls' ? 'tls' : 'starttls');
  }

  setCertificate(certificate: { readonly cert: string; readonly key: string }): void {
    this.#pop3.setCertificate(certificate);
  }

  drain(graceMs: number): Promise<void> {
    return this.#pop3.drain(graceMs);
  }

  #admit(host: string): Pop3Place | { readonly refusal: string } {
    if (this.#options.isBlocked(host))
      return { refusal: `Connections from ${host} are not accepted for now` };
    const place = this.#places.take(host);
    if (!('full' in place)) return place;
    const { full, now, most } = place;
    const from = full === 'host' ? ` from ${host}` : '';
    return { refusal: `Too many connections${from} (${now} of ${most})` };
  }

  async #signIn(host: string, user: string, password: string) {
    const outcome = await this.#options.signIn.signIn(host, user, password);
    if (!isWrong(outcome)) return outcome;
    this.#options.log({
      kind: 'session',
      level: 'warning',
      host,
      address: user,
      text: `POP3: Sign-in as ${user} was refused.`,
    });
    throw new SignInRefused('[AUTH] Account name or password is wrong', outcome.blocked);
  }
}
