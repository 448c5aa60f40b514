import { Pop3Client } from '../../../server/testing/pop3-client.ts';
import { ANNA } from '../../service.ts';

/** A mailbox as a mail program has it, by POP3. All calls reject when the service is gone. */
export class Mailbox {
  readonly #client: Pop3Client;

  /** Signs in, with the password that all accounts of the trials share. */
  static async open(port: number, account: string): Promise<Mailbox> {
    const client = await Pop3Client.connect({ port });
    try {
      const answer = await client.signIn({ address: account, password: ANNA.password });
      if (!answer.startsWith('+OK')) throw new Error(answer);
      return new Mailbox(client);
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  private constructor(client: Pop3Client) {
    this.#client = client;
  }

  async drops(): Promise<{ number: number; uid: string }[]> {
    const lines = await this.#client.lines('UIDL');
    return lines.map((line) => {
      const [number, uid = ''] = line.split(' ');
      return { number: Number(number), uid };
    });
  }

  async read(number: number): Promise<string> {
    return (await this.#client.lines(`RETR ${number}`)).join('\r\n');
  }

  /** The first lines only. */
  async peek(number: number): Promise<string> {
    return (await this.#client.lines(`TOP ${number} 0`)).join('\r\n');
  }

  async mark(number: number): Promise<void> {
    await this.#client.say(`DELE ${number}`);
  }

  /** Resolves to whether what was marked is gone for good. */
  async close(): Promise<boolean> {
    try {
      return (await this.#client.say('QUIT')).startsWith('+OK');
    } finally {
      this.#client.destroy();
    }
  }

  /** Leaves without a word. */
  drop(): void {
    this.#client.destroy();
  }
}
