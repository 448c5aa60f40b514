/** What people do with sessions that are open, and with addresses that should not come back. */
import { isIP } from 'node:net';
import type { SessionView } from '../contract/views.ts';
import { hostKey } from '../network/addresses.ts';
import type { Blocks } from '../sign-in/blocks.ts';
import type { LogEntry } from '../store/mail-log.ts';

/** A session that can be ended: of SMTP or of POP3. */
export interface EndableSessions {
  readonly sessions: readonly { readonly id: string; readonly remoteAddress: string }[];
  /** Ends one of them with a reason; false when there is none of this id. */
  endSession(id: string, text: string): boolean;
}

export interface SessionDeskOptions {
  /** Of each protocol. */
  readonly protocols: () => readonly EndableSessions[];
  readonly blocks: Blocks;
  readonly log: (entry: LogEntry) => void;
}

const DEFAULT_TEXT = 'Closed by the administrator';
const BLOCKED_TEXT = 'Connections from your address are not accepted for now';

export class SessionDesk {
  readonly #options: SessionDeskOptions;

  constructor(options: SessionDeskOptions) {
    this.#options = options;
  }

  /** Ends a session, with words for its client. Returns false when there is no such session. */
  end(id: SessionView['id'], text = ''): boolean {
    const words = printable(text) || DEFAULT_TEXT;
    const isEnded = this.#options.protocols().some((protocol) => protocol.endSession(id, words));
    if (isEnded) this.#log('', `Session ${id} was ended by hand: ${words}`);
    return isEnded;
  }

  /** Blocks an address for an hour and ends its sessions. Returns how many there were; undefined for no address. */
  block(address: string): number | undefined {
    if (isIP(address) === 0) return undefined;
    this.#options.blocks.block(address);
    this.#log(address, `${address} was blocked for an hour by hand.`);
    const key = hostKey(address);
    let ended = 0;
    for (const protocol of this.#options.protocols()) {
      for (const { id, remoteAddress } of protocol.sessions) {
        if (hostKey(remoteAddress) === key && protocol.endSession(id, BLOCKED_TEXT)) ended++;
      }
    }
    return ended;
  }

  /** Lets an address in again. Returns false when it was not blocked. */
  unblock(address: string): boolean {
    const wasBlocked = this.#options.blocks.unblock(address);
    if (wasBlocked) this.#log(address, `${address} may connect again, by hand.`);
    return wasBlocked;
  }

  #log(host: string, text: string): void {
    this.#options.log({ kind: 'server', host, text });
  }
}

/** The words as they may stand in a reply: one line of printable ASCII (RFC 5321 section 4.2). */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').trim();
}
