/** A client as it should be: sends small messages one after the other, and finds each of them again, once and whole. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pop3Client } from '../../../server/testing/pop3-client.ts';
import { sendMail } from '../../../server/testing/send-mail.ts';
import { ANNA } from '../../service.ts';
import { TRUSTED } from './trial.ts';

export interface GoodClientOptions {
  readonly port: number;
  readonly pop3Port: number;
  /** Between two messages, in milliseconds. */
  readonly everyMs: number;
  /** Tells its messages from those of good clients before it. Default: 'good'. */
  readonly name?: string;
}

const bodyOf = (number: number) =>
  `Message ${number}\r\n${'.'.repeat(number % 7)}dots\r\n${'x'.repeat(number)}`;

export class GoodClient {
  readonly #options: GoodClientOptions;
  #sent = 0;
  #slowestMs = 0;
  #goesOn = true;
  /** Resolves when it may go on. */
  #gate: Promise<unknown> = Promise.resolve();
  #onIdle: () => void = () => {};
  readonly #running: Promise<void>;

  /** Begins to send at once. */
  constructor(options: GoodClientOptions) {
    this.#options = options;
    this.#running = this.#run();
    // Whoever stops it hears of it.
    this.#running.catch(() => {});
  }

  get #name(): string {
    return this.#options.name ?? 'good';
  }

  /** Messages that were accepted. */
  get sent(): number {
    return this.#sent;
  }

  /** The longest that one message took, from connecting to QUIT, in milliseconds. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Runs `work` while it is not connected. Rejects like `work`, or when a message was not accepted. */
  async pause<T>(work: () => Promise<T>): Promise<T> {
    let goOn = () => {};
    this.#gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    try {
      await Promise.race([idle, this.#running]);
      return await work();
    } finally {
      goOn();
    }
  }

  /** Rejects when a message was not accepted. */
  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#running;
  }

  /** Picks up all that came for the account. Rejects unless each message sent is there, once and as it was sent. */
  async check(): Promise<void> {
    const client = await Pop3Client.connect({ port: this.#options.pop3Port, localAddress: TRUSTED });
    try {
      await client.signIn(ANNA);
      const list = await client.lines('LIST');
      const subject = `Subject: ${this.#name} `;
      const found = new Map<number, number>();
      for (const entry of list) {
        const lines = await client.lines(`RETR ${entry.split(' ', 1)[0]}`);
        const own = lines.find((line) => line.startsWith(subject));
        // Others may send to this account too.
        if (own === undefined) continue;
        const number = Number(own.slice(subject.length));
        const body = lines.slice(lines.indexOf('') + 1).join('\r\n');
        if (body !== bodyOf(number)) throw new Error(`Message ${number} has become ${JSON.stringify(body)}.`);
        found.set(number, (found.get(number) ?? 0) + 1);
      }
      for (let number = 1; number <= this.#sent; number++)
        if (found.get(number) !== 1)
          throw new Error(`Message ${number} is there ${found.get(number) ?? 0} times.`);
      await client.say('QUIT');
    } finally {
      client.destroy();
    }
  }

  async #run(): Promise<void> {
    const { port, everyMs } = this.#options;
    while (this.#goesOn) {
      this.#onIdle();
      await this.#gate;
      const number = this.#sent + 1;
      const begun = performance.now();
      const { accepted, final } = await sendMail({
        port,
        localAddress: TRUSTED,
        from: 'good@far.test',
        to: ANNA.address,
        body: `Subject: ${this.#name} ${number}\r\n\r\n${bodyOf(number)}`,
        timeoutMs: 30_000,
      });
      if (!accepted) throw new Error(`A good client was refused: ${final.code} ${final.text}`);
      this.#sent = number;
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - begun);
      await sleep(everyMs);
    }
  }
}
