/** Clients that send at a pace, some for a mailbox and some to be relayed, and now and then just leave. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSmtp, type SmtpClient } from '../../../server/testing/smtp-client.ts';
import { type Dice, dice } from '../dice.ts';
import type { Ledger, Way } from './ledger.ts';
import { makeMessage } from './message.ts';

export interface SendersOptions {
  readonly ledger: Ledger;
  /** The ports of the moment. */
  readonly ports: () => readonly number[];
  readonly addresses: Readonly<Record<Way, string>>;
  /** How many send at a time. */
  readonly count: number;
  /** Messages a second of all together; undefined: as fast as they can. */
  readonly perSecond?: number;
  /** How often a client leaves in the middle, 0 to 1. */
  readonly leave: number;
  readonly seed: number;
}

/** What is right to happen while limits and ports change, by its beginning. */
const EXPECTED = /ECONNREFUSED|ECONNRESET|Too many connections|closed the connection before the end of/;

export class Senders {
  readonly #options: SendersOptions;
  readonly #running: Promise<unknown>;
  #goesOn = true;
  #due = performance.now();
  #expected = 0;

  /** Begins at once. */
  constructor(options: SendersOptions) {
    this.#options = options;
    const all = dice(options.seed);
    this.#running = Promise.all(Array.from({ length: options.count }, (_, at) => this.#send(at, all.fork())));
  }

  /** Connections that were refused or broken as they may be. */
  get expectedErrors(): number {
    return this.#expected;
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#running;
  }

  async #send(at: number, chance: Dice): Promise<void> {
    const { ledger, ports } = this.#options;
    while (this.#goesOn) {
      let client: SmtpClient | undefined;
      try {
        const localAddress = `127.0.3.${1 + Math.floor(at / 4)}`;
        client = await connectSmtp({ port: chance.pick(ports()), localAddress, timeoutMs: 120_000 });
        if (client.greeting.code !== 220) throw new Error(`Greeted with ${client.greeting.text}`);
        await client.command('EHLO soak.test');
        let isOpen = true;
        for (let left = 1 + chance.below(20); left > 0 && isOpen && this.#goesOn; left--) {
          await this.#turn();
          isOpen = await this.#one(client, chance);
        }
        if (isOpen) await client.quit();
      } catch (error) {
        const { message } = error as Error;
        if (EXPECTED.test(message)) this.#expected++;
        else ledger.strange(`A sender met: ${message}`);
        await sleep(50);
      } finally {
        client?.destroy();
      }
    }
  }

  /** False when the client has left. */
  async #one(client: SmtpClient, chance: Dice): Promise<boolean> {
    const { ledger, addresses, leave } = this.#options;
    const way: Way = chance.chance(0.5) ? 'local' : 'relay';
    const leaves = chance.chance(leave) ? chance.pick(['before', 'within', 'after'] as const) : undefined;
    for (const line of ['MAIL FROM:<soak@far.test>', `RCPT TO:<${addresses[way]}>`, 'DATA']) {
      const { code, text } = await client.command(line);
      if (code >= 400) throw new Error(`${line}: ${code} ${text}`);
    }
    const number = ledger.begin(way);
    const message = makeMessage(number);
    // Until the final dot is out, nobody may have it.
    ledger.settle(number, 'broken off');
    if (leaves === 'before') return this.#gone(client);
    if (leaves === 'within') {
      client.write(message.slice(0, message.length / 2));
      await sleep(5);
      return this.#gone(client);
    }
    ledger.settle(number, 'unknown');
    client.write(`${message.replaceAll('\r\n.', '\r\n..')}.\r\n`);
    if (leaves === 'after') {
      await sleep(chance.below(20));
      return this.#gone(client);
    }
    const { code, text } = await client.readReply();
    if (code === 250) ledger.settle(number, 'accepted');
    else throw new Error(`The message was refused: ${code} ${text}`);
    return true;
  }

  #gone(client: SmtpClient): false {
    client.reset();
    return false;
  }

  /** Waits for the next moment of the pace. */
  async #turn(): Promise<void> {
    const { perSecond } = this.#options;
    if (perSecond === undefined) return;
    const now = performance.now();
    // Time that was lost is not made up for, or a pause would be followed by a rush.
    this.#due = Math.max(this.#due, now - 1000) + 1000 / perSecond;
    await sleep(Math.max(0, this.#due - now));
  }
}
