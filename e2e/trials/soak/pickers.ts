/** Picks up a mailbox by POP3, over and over, and takes what it read out of it; now and then it just leaves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pop3Client } from '../../../server/testing/pop3-client.ts';
import { type Dice, dice } from '../dice.ts';
import type { Ledger } from './ledger.ts';
import { readMessage } from './message.ts';

export interface PickerOptions {
  readonly ledger: Ledger;
  readonly port: number;
  readonly address: string;
  readonly password: string;
  readonly leave: number;
  readonly seed: number;
}

const MOST = 400;

export class Picker {
  readonly #options: PickerOptions;
  readonly #dice: Dice;
  readonly #running: Promise<void>;
  #goesOn = true;
  #visits = 0;

  constructor(options: PickerOptions) {
    this.#options = options;
    this.#dice = dice(options.seed);
    this.#running = this.#run();
  }

  get visits(): number {
    return this.#visits;
  }

  /** Stops, and takes all that is left. */
  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#running;
    while ((await this.#visit(0)) > 0);
  }

  async #run(): Promise<void> {
    while (this.#goesOn) {
      try {
        await this.#visit(this.#options.leave);
      } catch (error) {
        this.#options.ledger.strange(`Picking up met: ${(error as Error).message}`);
      }
      await sleep(500);
    }
  }

  /** Resolves to how many messages were taken. */
  async #visit(leave: number): Promise<number> {
    const { ledger, port, address, password } = this.#options;
    const client = await Pop3Client.connect({ port, localAddress: '127.0.4.1' });
    try {
      this.#visits++;
      const signedIn = await client.signIn({ address, password });
      // A visit that was broken off may not be over yet on the other side.
      if (signedIn.includes('[IN-USE]')) return 0;
      if (!signedIn.startsWith('+OK')) throw new Error(signedIn);
      const leaves = this.#dice.chance(leave);
      const list = (await client.lines('LIST')).slice(0, MOST);
      const taken: number[] = [];
      for (const entry of list) {
        if (leaves && this.#dice.chance(0.1)) return 0;
        const index = entry.split(' ', 1)[0];
        const lines = await client.lines(`RETR ${index}`);
        const { number, isWhole } = readMessage(`${lines.join('\r\n')}\r\n`);
        if (number === undefined || !isWhole) ledger.strange(`Message ${number} is damaged in the mailbox`);
        else taken.push(number);
        await client.say(`DELE ${index}`);
      }
      if (leaves) return 0;
      const goodbye = await client.say('QUIT');
      if (!goodbye.startsWith('+OK')) throw new Error(goodbye);
      for (const number of taken) ledger.found(number);
      return taken.length;
    } finally {
      client.destroy();
    }
  }
}
