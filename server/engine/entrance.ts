/** All by which clients come in: SMTP and POP3 on their ports, one way to sign in, and who may not connect. */
import { join } from 'node:path';
import type { Settings } from '../contract/settings.ts';
import type { BlockView, SessionView } from '../contract/views.ts';
import { portOwner } from '../diagnose/port-owner.ts';
import type { NewMessage, Recipient } from '../mail/message.ts';
import { inNetworks, isLoopback } from '../network/addresses.ts';
import { Pickup } from '../pickup/pickup.ts';
import { Receiver } from '../receive/receiver.ts';
import { Blocks } from '../sign-in/blocks.ts';
import { SignIn } from '../sign-in/sign-in.ts';
import type { Store } from '../store/store.ts';
import { SessionDesk } from './session-desk.ts';
import { blockView, pickupView, sessionView } from './views.ts';

export interface EntranceOptions {
  readonly store: Store;
  readonly dataFolder: string;
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly paused: () => boolean;
  /** Accepts a message like the ledger, and tells its sender in the same commit that these recipients have it. */
  readonly acceptReporting: (message: NewMessage, recipients: readonly Recipient[]) => Promise<void>;
  /** Tells that mail was queued. */
  readonly queued: (message: NewMessage) => void;
  /** Tells that a message was accepted. */
  readonly accepted: () => void;
  /** Tells that who is blocked has changed. */
  readonly changed: () => void;
}

export class Entrance {
  readonly blocks: Blocks;
  readonly sessions: SessionDesk;
  readonly #options: EntranceOptions;
  readonly #signIn: SignIn;
  readonly #pickup: Pickup;
  #receiver: Receiver | undefined;

  constructor(options: EntranceOptions) {
    const { store, settings, changed } = options;
    const log = store.log.write.bind(store.log);
    this.#options = options;
    // Nobody who is trusted is locked out by a device with an old password.
    const isTrusted = (address: string) =>
      isLoopback(address) || inNetworks(address, settings().relay.trustedNetworks);
    this.blocks = new Blocks(isTrusted, changed);
    this.#signIn = new SignIn(store.accounts, this.blocks);
    this.#pickup = new Pickup({
      mailboxes: store.mailboxes,
      signIn: this.#signIn,
      isBlocked: (address) => this.#isBlocked(address),
      settings,
      log,
    });
    this.sessions = new SessionDesk({
      protocols: () => [...(this.#receiver ? [this.#receiver] : []), this.#pickup],
      blocks: this.blocks,
      log,
    });
  }

  /** Gets everything ready to listen, and then listens. Throws `CertificateUnreadable`. */
  async create(): Promise<Receiver> {
    const { store, dataFolder, settings, paused, acceptReporting, queued, accepted } = this.#options;
    this.#receiver = await Receiver.create({
      store,
      settings,
      tlsFolder: join(dataFolder, 'tls'),
      portOwner,
      signIn: this.#signIn,
      isBlocked: (address) => this.#isBlocked(address),
      companions: [this.#pickup],
      log: store.log.write.bind(store.log),
      acceptReporting,
      queued,
      accepted,
      paused,
    });
    return this.#receiver;
  }

  /** The receiving side; there is none before `create`. */
  get receiver(): Receiver | undefined {
    return this.#receiver;
  }

  get sessionViews(): SessionView[] {
    return [...(this.#receiver?.sessions ?? []).map(sessionView), ...this.#pickup.sessions.map(pickupView)];
  }

  get blockViews(): BlockView[] {
    return this.blocks.all.map(blockView);
  }

  #isBlocked(address: string): boolean {
    return this.blocks.find(address) !== undefined;
  }
}
