/**
 * The SmartHost, tried from its name to a signed-in session, and if wanted with a real message. Each step has a
 * limit of its own and says what to do when it fails; what follows a failed step is not tried.
 */
import type { TLSSocket } from 'node:tls';
import type { DiagnosisView } from '../contract/diagnose.ts';
import { parseHostPort } from '../contract/fields.ts';
import { BYTES_PER_MB, type Settings } from '../contract/settings.ts';
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { judgeCertificate } from './certificate.ts';
import { Dialogue, signIn } from './dialogue.ts';
import { connectFault, dialogueFault, handshakeFault } from './faults.ts';
import type { NameService } from './names.ts';
import {
  greetingRefused,
  helloRefused,
  mailRefused,
  noCommonMechanism,
  noSignInInClear,
  noSignInOffered,
  noStartTls,
  signInRefused,
  startTlsRefused,
} from './smart-host-advice.ts';
import { StepFailed, Steps } from './steps.ts';

export interface SmartHostTest {
  /** The settings as they would be, password included. */
  readonly settings: Settings;
  /** Sends a real message there; undefined sends none. */
  readonly sendTo?: string | undefined;
  readonly names: NameService;
  readonly publish: (view: DiagnosisView) => void;
  readonly signal: AbortSignal;
  /** Milliseconds for each step. */
  readonly limits?: Partial<typeof LIMITS>;
}

const LIMITS = { connect: 15_000, reply: 30_000, handshake: 15_000 };

/** Rejects only when `signal` is aborted. */
export async function testSmartHost(test: SmartHostTest): Promise<void> {
  const steps = new Steps(test.publish, test.signal);
  const run = new SmartHostRun(test, steps);
  try {
    await run.all();
    const doubtful = steps.states.includes('warning');
    steps.end(
      doubtful ? 'The SmartHost can be used, with the reservations above.' : 'The SmartHost can be used.',
    );
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    steps.end('The SmartHost can’t be used like this.');
  } finally {
    run.close();
  }
}

class SmartHostRun {
  readonly #test: SmartHostTest;
  readonly #steps: Steps;
  readonly #limits: typeof LIMITS;
  readonly #host: string;
  readonly #port: number;
  readonly #tls: 'offered' | 'required' | 'implicit' | 'never';
  #dialogue: Dialogue | undefined;
  #secure: TLSSocket | undefined;
  #extensions = new Map<string, string>();

  constructor(test: SmartHostTest, steps: Steps) {
    const { host: field, security } = test.settings.smartHost;
    const { host, port } = parseHostPort(field, 25) ?? { host: '', port: 25 };
    this.#test = test;
    this.#steps = steps;
    this.#limits = { ...LIMITS, ...test.limits };
    this.#host = host;
    this.#port = port;
    this.#tls =
      security === 'auto'
        ? port === 465
          ? 'implicit'
          : 'offered'
        : ({ starttls: 'required', tls: 'implicit', none: 'never' } as const)[security];
  }

  async all(): Promise<void> {
    const addresses = await this.#lookUp();
    await this.#connect(addresses);
    if (this.#tls === 'implicit') await this.#encrypt('first byte');
    await this.#greeting();
    await this.#hello('EHLO', 'What the server can do');
    if (this.#tls === 'offered' || this.#tls === 'required') await this.#startTls();
    await this.#signIn();
    await this.#size();
    await this.#message();
  }

  close(): void {
    this.#dialogue?.quit();
  }

  #lookUp(): Promise<readonly string[]> {
    const { names } = this.#test;
    return this.#steps.run('dns', `Look up ${this.#host || 'the name'}`, async () => {
      if (this.#host === '') {
        throw new StepFailed(
          'No SmartHost is entered.',
          'Enter its name or IP address, with :port if it is not 25.',
        );
      }
      const found = await names.resolveHost(this.#host);
      if (found.kind !== 'hosts') {
        throw new StepFailed(
          `${replyText(found.reply)}`,
          found.kind === 'final'
            ? 'Check the spelling of the name.'
            : 'Check the network of this machine, and the name.',
        );
      }
      const value = found.hosts.flatMap(({ addresses }) => addresses);
      return { detail: value.join(', '), value };
    });
  }

  #connect(addresses: readonly string[]): Promise<void> {
    const { signal } = this.#test;
    return this.#steps.run('connect', `Connect to port ${this.#port}`, async () => {
      let last: StepFailed | undefined;
      for (const address of addresses) {
        try {
          const options = { note: this.#steps.note, signal };
          this.#dialogue = await Dialogue.connect(address, this.#port, this.#limits.connect, options);
          const others = last ? `; ${last.message.replace(/\.$/, '')}` : '';
          return { detail: `${address} answers${others}.`, value: undefined };
        } catch (error) {
          signal.throwIfAborted();
          last = connectFault(error, `${address} port ${this.#port}`);
        }
      }
      throw last ?? new StepFailed(`${this.#host} has no address.`, 'Check the name.');
    });
  }

  #greeting(): Promise<void> {
    return this.#steps.run('greeting', 'Greeting', async () => {
      const reply = await this.#read('the greeting');
      if (reply.code !== 220) throw greetingRefused(reply);
      return { detail: replyText(reply), value: undefined };
    });
  }

  #hello(id: string, title: string): Promise<void> {
    const { hostname } = this.#test.settings;
    return this.#steps.run(id, title, async () => {
      const reply = await this.#say(`EHLO ${hostname}`, 'the answer to EHLO');
      if (reply.code !== 250) throw helloRefused(reply, hostname);
      const [, ...extensions] = this.#open.lines;
      this.#extensions = new Map(
        extensions.map((line) => {
          const [name = '', ...rest] = line.toUpperCase().split(/[ =]/);
          return [name, rest.join(' ')];
        }),
      );
      return { detail: [...this.#extensions.keys()].join(', ') || 'No extensions.', value: undefined };
    });
  }

  async #startTls(): Promise<void> {
    if (!this.#extensions.has('STARTTLS')) {
      await this.#steps.run('starttls', 'Encryption', async () => {
        if (this.#tls === 'required') throw noStartTls();
        return {
          state: 'warning',
          detail: 'The server offers no encryption; mail travels in clear.',
          advice: 'Ask your provider for a port with encryption (mostly 587 or 465).',
          value: undefined,
        };
      });
      return;
    }
    await this.#encrypt('STARTTLS');
    await this.#hello('ehlo-tls', 'What it can do when encrypted');
  }

  async #encrypt(from: 'first byte' | 'STARTTLS'): Promise<void> {
    const dialogue = this.#open;
    this.#secure = await this.#steps.run('tls', 'Encryption', async () => {
      if (from === 'STARTTLS') {
        const reply = await this.#say('STARTTLS', 'the answer to STARTTLS');
        if (reply.code !== 220) throw startTlsRefused(reply);
      }
      try {
        const secure = await dialogue.startTls(this.#host, this.#limits.handshake);
        return { detail: `${secure.getProtocol() ?? 'TLS'}, ${secure.getCipher().name}`, value: secure };
      } catch (error) {
        throw handshakeFault(error, from);
      }
    });
    const secure = this.#secure;
    await this.#steps.run('certificate', 'Certificate', async () => {
      // Node's types know no error code here, but that is what it is.
      const { code } = (secure.authorizationError ?? {}) as { code?: string };
      return judgeCertificate({
        certificate: secure.getPeerCertificate(true),
        problem: secure.authorized ? '' : (code ?? String(secure.authorizationError ?? 'unknown')),
        host: this.#host,
        strict: this.#tls !== 'offered',
        now: new Date(),
      });
    });
  }

  async #signIn(): Promise<void> {
    const { authenticate, account: user, password } = this.#test.settings.smartHost;
    if (!authenticate) return this.#steps.skip('sign-in', 'Sign in', 'Authenticate is off.');
    await this.#steps.run('sign-in', `Sign in as ${user || '(no account name)'}`, async () => {
      if (!this.#secure && this.#tls !== 'never') throw noSignInInClear();
      const offered = (this.#extensions.get('AUTH') ?? '').split(' ').filter((word) => word !== '');
      if (offered.length === 0) throw noSignInOffered();
      const mechanism = (['PLAIN', 'LOGIN'] as const).find((one) => offered.includes(one));
      if (!mechanism) throw noCommonMechanism(offered);
      const reply = await signIn(this.#open, mechanism, { user, password }, this.#limits.reply).catch(
        (error: unknown) => {
          throw dialogueFault(error, 'the answer to the sign-in');
        },
      );
      if (reply.code !== 235) throw signInRefused(reply);
      return { detail: `Accepted (${mechanism}): ${replyText(reply)}`, value: undefined };
    });
  }

  #size(): Promise<void> {
    const ours = this.#test.settings.maxMessageSizeMB;
    return this.#steps.run('size', 'Largest message', async () => {
      const limit = Number(this.#extensions.get('SIZE') ?? 0);
      if (limit === 0) return { detail: 'The server announces no limit.', value: undefined };
      const theirs = Math.floor((limit / BYTES_PER_MB) * 10) / 10;
      if (limit >= ours * BYTES_PER_MB)
        return { detail: `The server takes up to ${theirs} MB.`, value: undefined };
      return {
        state: 'warning',
        detail: `The server takes up to ${theirs} MB, Waypost up to ${ours} MB.`,
        advice: `Set Maximum Message Size (MB) to ${Math.max(1, Math.floor(theirs))}, so that nobody sends what can’t go on.`,
        value: undefined,
      };
    });
  }

  async #message(): Promise<void> {
    const { sendTo, settings } = this.#test;
    if (!sendTo) return this.#steps.skip('message', 'Send a message', 'No address was given.');
    const { account, authenticate } = settings.smartHost;
    const from = authenticate && account.includes('@') ? account : `postmaster@${settings.hostname}`;
    await this.#steps.run('message', `Send a message to ${sendTo}`, async () => {
      const expect = async (line: string, code: number, what: string) => {
        const reply = await this.#say(line, `the answer to ${line.split(/[ :]/, 1)[0]}`);
        if (Math.floor(reply.code / 100) !== code) throw mailRefused(what, reply);
      };
      await expect(`MAIL FROM:<${from}>`, 2, `the sender ${from}`);
      await expect(`RCPT TO:<${sendTo}>`, 2, `the recipient ${sendTo}`);
      await expect('DATA', 3, 'a message');
      this.#open.write(testMessage(from, sendTo, settings.hostname), '(a short text) .');
      const reply = await this.#read('the answer to the message');
      if (reply.code !== 250) throw mailRefused('the message', reply);
      return { detail: `Accepted: ${replyText(reply)}`, value: undefined };
    });
  }

  get #open(): Dialogue {
    if (!this.#dialogue) throw new Error('There is no connection.');
    return this.#dialogue;
  }

  #say(line: string, what: string): Promise<SmtpReply> {
    return this.#open.command(line, this.#limits.reply).catch((error: unknown) => {
      throw dialogueFault(error, what);
    });
  }

  #read(what: string): Promise<SmtpReply> {
    return this.#open.reply(this.#limits.reply).catch((error: unknown) => {
      throw dialogueFault(error, what);
    });
  }
}

function testMessage(from: string, to: string, hostname: string): string {
  return [
    `From: Waypost <${from}>`,
    `To: <${to}>`,
    'Subject: A test from Waypost',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <test.${Date.now()}@${hostname}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Auto-Submitted: auto-generated',
    '',
    `Somebody pressed Test in Waypost on ${hostname}, and this message came by its SmartHost.`,
    'Nothing has to be done.',
    '.',
    '',
  ].join('\r\n');
}
