/**
 * One POP3 session (RFC 1939, 2449, 2595, 5034), without its socket: a line goes in, an answer comes out.
 *
 * It begins without a mailbox. Signing in takes the mailbox for this session alone and numbers its messages; DELE
 * only marks. QUIT removes what is marked, says so when that is durable, and ends the session. A session that ends
 * in any other way removes nothing.
 */
import { type Answer, count, lines, no, ok } from './answers.ts';
import type { Command } from './command.ts';
import { numbers, parseCommand, parsePlain } from './command.ts';
import { type Drop, Maildrop } from './maildrop.ts';
import { messageBody, messageTop } from './message-lines.ts';
import { type Channel, capabilities, type Pop3Context, SignInRefused } from './session-context.ts';

const WRONG_SIGN_INS = 3;

export class Pop3Session {
  readonly #context: Pop3Context;
  readonly #channel: () => Channel;
  #user: string | undefined;
  #awaitsPlain = false;
  #wrong = 0;
  #account = '';
  #drop: Maildrop | undefined;
  #unlock: (() => void) | undefined;

  constructor(context: Pop3Context, channel: () => Channel) {
    this.#context = context;
    this.#channel = channel;
  }

  /** The account that is signed in, '' before. */
  get account(): string {
    return this.#account;
  }

  greeting(): Answer {
    return ok(`${this.#context.hostname()} POP3 ready`);
  }

  /** Answers one line. Never rejects. */
  async answer(line: string): Promise<Answer> {
    try {
      if (this.#awaitsPlain) return await this.#plain(line);
      const command = parseCommand(line);
      return (
        (await this.#anywhere(command)) ??
        (await (this.#drop ? this.#inMailbox(command) : this.#before(command)))
      );
    } catch (error) {
      if (error instanceof SignInRefused) return this.#refused(error);
      this.#context.tell(`Unexpected error: ${(error as Error).message}`, this.#account);
      return no('[SYS/TEMP] Something went wrong here, please try again later');
    }
  }

  /** Ends the session in whatever state it is; marks are forgotten. */
  end(): void {
    this.#unlock?.();
    this.#unlock = undefined;
    this.#drop = undefined;
  }

  async #anywhere({ verb, rest }: Command): Promise<Answer | undefined> {
    // USER has to be followed by PASS, and by nothing else.
    if (verb !== 'PASS') this.#user = undefined;
    switch (verb) {
      case 'QUIT':
        return this.#quit();
      case 'CAPA':
        return {
          ...ok('This is what can be done'),
          body: lines(capabilities(this.#channel(), this.#drop !== undefined)),
        };
      case 'NOOP':
        return rest === '' && this.#drop ? ok('Still here') : undefined;
      default:
        return undefined;
    }
  }

  async #before({ verb, rest }: Command): Promise<Answer> {
    const { secure, canEncrypt, maySignIn } = this.#channel();
    switch (verb) {
      case 'STLS':
        if (secure) return no('The connection is encrypted already');
        return canEncrypt
          ? { ...ok('Begin TLS'), next: 'encrypt' }
          : no('Encryption is not offered on this port');
      case 'USER':
      case 'PASS':
      case 'AUTH':
        if (!maySignIn) return no('[AUTH] Signing in needs encryption: use STLS first');
        return this.#credentials(verb, rest);
      case 'STAT':
      case 'LIST':
      case 'RETR':
      case 'DELE':
      case 'RSET':
      case 'TOP':
      case 'UIDL':
      case 'NOOP':
        return no('Sign in first');
      default:
        return no('Unknown command');
    }
  }

  async #credentials(verb: 'USER' | 'PASS' | 'AUTH', rest: string): Promise<Answer> {
    if (verb === 'USER') {
      if (rest === '') return no('USER needs an account name');
      this.#user = rest;
      return ok('Now the password');
    }
    if (verb === 'PASS') {
      const user = this.#user;
      this.#user = undefined;
      return user === undefined ? no('USER comes before PASS') : this.#signIn(user, rest);
    }
    const [mechanism = '', first] = rest.split(' ');
    if (mechanism === '') return { ...ok('These ways there are'), body: lines(['PLAIN']) };
    if (mechanism.toUpperCase() !== 'PLAIN') return no('There is only AUTH PLAIN');
    if (first !== undefined) return this.#plain(first);
    this.#awaitsPlain = true;
    return { line: '+ ' };
  }

  async #plain(base64: string): Promise<Answer> {
    this.#awaitsPlain = false;
    if (base64 === '*') return no('Signing in was given up');
    const credentials = parsePlain(base64);
    if (!credentials) return no('[AUTH] That is not an answer to AUTH PLAIN');
    return this.#signIn(credentials.user, credentials.password);
  }

  async #signIn(user: string, password: string): Promise<Answer> {
    const { id, address } = await this.#context.signIn(user, password);
    const unlock = this.#context.locks.take(id);
    if (!unlock) return no('[IN-USE] Another session has this mailbox open; try again in a moment');
    this.#unlock = unlock;
    try {
      this.#drop = await Maildrop.open(this.#context.mailboxes, id);
    } catch (error) {
      this.end();
      throw error;
    }
    this.#account = address;
    const { drops, size } = this.#drop;
    this.#context.tell(`Signed in; ${count(drops.length)} waiting.`, address);
    return ok(`${count(drops.length)} (${size} octets)`);
  }

  #refused({ message, isLast }: SignInRefused): Answer {
    this.#wrong++;
    return { ...no(message), ...(isLast || this.#wrong >= WRONG_SIGN_INS ? { next: 'close' as const } : {}) };
  }

  async #inMailbox({ verb, rest }: Command): Promise<Answer> {
    const drop = this.#drop;
    if (!drop) return no('Sign in first');
    switch (verb) {
      case 'STAT':
        return ok(`${drop.drops.length} ${drop.size}`);
      case 'LIST':
        return this.#listing(rest, ({ number, size }) => `${number} ${size}`);
      case 'UIDL':
        return this.#listing(rest, ({ number, uid }) => `${number} ${uid}`);
      case 'RETR': {
        const [number] = numbers(rest, 1) ?? [];
        return this.#message(number, ({ size }) => `${size} octets`, messageBody);
      }
      case 'TOP': {
        const [number, most = 0] = numbers(rest, 2) ?? [];
        return this.#message(
          number,
          () => 'The top of it',
          (raw) => messageTop(raw, most),
        );
      }
      case 'DELE': {
        const found = this.#numbered(numbers(rest, 1)?.[0]);
        if (!('uid' in found)) return found;
        drop.mark(found);
        return ok(`Message ${found.number} goes at QUIT`);
      }
      case 'RSET':
        drop.unmarkAll();
        return ok(`${count(drop.drops.length)} (${drop.size} octets)`);
      case 'USER':
      case 'PASS':
      case 'AUTH':
      case 'STLS':
        return no('You are signed in already');
      default:
        return no('Unknown command');
    }
  }

  #listing(rest: string, line: (drop: Drop) => string): Answer {
    const asked = numbers(rest, 1, 0);
    if (!asked) return no('That is not a message number');
    const [number] = asked;
    if (number === undefined) {
      const drops = this.#drop?.drops ?? [];
      return { ...ok(count(drops.length)), body: lines(drops.map(line)) };
    }
    const found = this.#numbered(number);
    return 'uid' in found ? ok(line(found)) : found;
  }

  async #message(
    number: number | undefined,
    line: (drop: Drop) => string,
    body: (raw: NonNullable<Awaited<ReturnType<Maildrop['raw']>>>) => AsyncIterable<Buffer>,
  ): Promise<Answer> {
    const found = this.#numbered(number);
    if (!('uid' in found)) return found;
    const raw = await this.#drop?.raw(found);
    return raw ? { ...ok(line(found)), body: body(raw) } : no('That message was removed meanwhile');
  }

  #numbered(number: number | undefined): Drop | Answer {
    if (number === undefined) return no('That is not a message number');
    return this.#drop?.find(number) ?? no(`There is no message ${number}`);
  }

  async #quit(): Promise<Answer> {
    const drop = this.#drop;
    const marked = drop?.marked ?? 0;
    try {
      const removed = (await drop?.removeMarked()) ?? 0;
      if (drop) this.#context.tell(`Signed off; ${count(removed)} removed.`, this.#account);
      return { ...ok('Goodbye'), next: 'close' };
    } catch (error) {
      this.#context.tell(`${count(marked)} not removed: ${(error as Error).message}`, this.#account);
      return { ...no('[SYS/TEMP] The messages could not be removed; they are still there'), next: 'close' };
    } finally {
      this.end();
    }
  }
}
