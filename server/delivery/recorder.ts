/** Records what is said over one connection, for whoever has it at the moment. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Recording } from '../mail/transcript.ts';
import { secretFilter, shownLine } from './shown-line.ts';
import { describeTarget, type Target } from './target.ts';

export class Recorder {
  readonly #target: Target;
  #recording: Recording | undefined;
  #isSecurityNoted = false;

  constructor(target: Target, recording: Recording | undefined) {
    this.#target = target;
    this.#recording = recording;
  }

  /** Records for somebody else from now on. @param isKept the connection served others before */
  switchTo(recording: Recording | undefined, isKept: boolean): void {
    if (recording && isKept)
      recording.note(`Over the connection to ${describeTarget(this.#target)}, kept from an earlier message`);
    this.#recording = recording;
  }

  /** A line of ours, just before it is sent over `channel`. @param isSigningIn see `shownLine` */
  line(line: string, isSigningIn: boolean, channel: Socket | false | null): void {
    if (channel instanceof TLSSocket && !this.#isSecurityNoted) {
      this.#isSecurityNoted = true;
      this.#recording?.note(`Encrypted (${channel.getProtocol()}, ${channel.getCipher().name})`);
    }
    this.#recording?.client(shownLine(line, isSigningIn));
  }

  /** The content has been sent, of which only its size in bytes is kept. */
  content(bytes: number): void {
    this.#recording?.content(() => bytes);
  }

  /** Options with which nodemailer tells what the peer says; what we say is recorded before it gets there. */
  listening() {
    const harmless = secretFilter(this.#target.account);
    const nothing = () => {};
    const debug = ({ tnx }: { tnx?: string }, reply: string) => {
      if (tnx !== 'server') return;
      for (const line of reply.split(/\r?\n/)) this.#recording?.server(harmless(line));
    };
    const logger = { trace: nothing, debug, info: nothing, warn: nothing, error: nothing, fatal: nothing };
    return { transactionLog: true, logger };
  }
}
