/** What the sessions get from the rest of the server. */
import type { Settings } from '../contract/settings.ts';
import type { NewMessage, Recipient } from '../mail/message.ts';
import type { Transcript } from '../mail/transcript.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { Accounts } from '../store/accounts.ts';
import type { Bodies } from '../store/bodies.ts';
import type { Ledger } from '../store/ledger.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { KnownClients } from './known-clients.ts';

/** What all sessions share. */
export interface SessionContext {
  readonly accounts: Accounts;
  readonly bodies: Bodies;
  readonly ledger: Ledger;
  readonly signIn: SignIn;
  /** The newest settings, for what is live. */
  readonly settings: () => Settings;
  readonly log: (entry: LogEntry) => void;
  /** Takes the dialogue when the session is over. */
  readonly transcript: (transcript: Transcript) => void;
  /** Accepts a message like the ledger, and tells its sender in the same commit that these recipients have it. */
  readonly acceptReporting: (message: NewMessage, recipients: readonly Recipient[]) => Promise<void>;
  /** Tells that mail was queued. */
  readonly queued: (message: NewMessage) => void;
  /** Tells that a message was accepted. */
  readonly accepted: () => void;
  /** Clients that behaved before; they need not wait for their greeting. */
  readonly known: KnownClients;
}
