/** All by which clients come in: SMTP and POP3 on their ports, one way to sign in, and who may not connect. */
import { join } from 'node:path';
import type { Settings } from '../contract/settings.ts';
import { portOwner } from '../diagnose/port-owner.ts';
import { inNetworks, isLoopback } from '../network/addresses.ts';
import { Pickup } from '../pickup/pickup.ts';
import { Receiver } from '../receive/receiver.ts';
import { Blocks } from '../sign-in/blocks.ts';
import { SignIn } from '../sign-in/sign-in.ts';
import type { Store } from '../store/store.ts';

export interface IncomingOptions {
  readonly store: Store;
  readonly dataFolder: string;
  readonly blocks: Blocks;
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly paused: () => boolean;
  /** Tells that mail was queued. */
  readonly queued: () => void;
  /** Tells that a message was accepted. */
  readonly accepted: () => void;
}

/** Who is blocked; this machine and trusted networks never are for wrong passwords. */
export function createBlocks(settings: () => Settings, changed: () => void): Blocks {
  const isTrusted = (address: string) =>
    isLoopback(address) || inNetworks(address, settings().relay.trustedNetworks);
  return new Blocks(isTrusted, changed);
}

/** Gets everything ready to listen. Throws `CertificateUnreadable`. */
export function createReceiver(options: IncomingOptions): Promise<Receiver> {
  const { store, dataFolder, blocks, settings, paused, queued, accepted } = options;
  const log = store.log.write.bind(store.log);
  const signIn = new SignIn(store.accounts, blocks);
  const isBlocked = (address: string) => blocks.find(address) !== undefined;
  const pickup = new Pickup({ mailboxes: store.mailboxes, signIn, isBlocked, settings, log });
  return Receiver.create({
    store,
    settings,
    tlsFolder: join(dataFolder, 'tls'),
    portOwner,
    signIn,
    isBlocked,
    companions: [pickup],
    log,
    queued,
    accepted,
    paused,
  });
}
