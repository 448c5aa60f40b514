/** The steps of a test of the SmartHost. Each either finds something to go on with, or throws `StepFailed`. */
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { DiagnosisView } from '../contract/diagnose.ts';
import { BYTES_PER_MB } from '../contract/settings.ts';
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { judgeCertificate } from './certificate.ts';
import { Dialogue } from './dialogue.ts';
import { connectFault, dialogueFault, handshakeFault } from './faults.ts';
import type { NameService } from './names.ts';
import { chooseMechanism, signIn } from './sign-in.ts';
import * as advice from './smart-host-advice.ts';
import { type Found, StepFailed, type Steps } from './steps.ts';
import type { SmartHostTarget } from './target.ts';
import { sendTestMessage } from './test-message.ts';

export interface SmartHostTest {
  /** Undefined when none is entered. */
  readonly target: SmartHostTarget | undefined;
  readonly maxMessageSizeMB: number;
  /** Sends a real message there; undefined sends none. */
  readonly sendTo?: string | undefined;
  readonly names: NameService;
  /** Whether connecting to this address and port would reach this very server. */
  readonly isOwn: (address: string, port: number) => boolean;
  readonly publish: (view: DiagnosisView) => void;
  readonly signal: AbortSignal;
  /** Milliseconds for each step. */
  readonly limits?: Partial<typeof LIMITS>;
}

const LIMITS = { connect: 15_000, reply: 30_000, handshake: 15_000 };

export class SmartHostRun {
  readonly #test: SmartHostTest;
  readonly #target: SmartHostTarget;
  readonly #steps: Steps;
  readonly #limits: typeof LIMITS;
  #dialogue: Dialogue | undefined;
  #secure: TLSSocket | undefined;
  #extensions = new Map<string, string>();

  constructor(test: SmartHostTest, target: SmartHostTarget, steps: Steps) {
    this.#test = test;
    this.#target = target;
    this.#steps = steps;
    this.#limits = { ...LIMITS, ...test.limits };
  }

  async all(): Promise<void> {
    const { tls } = this.#target;
    await this.#connect(await this.#lookUp());
    if (tls === 'implicit') await this.#encrypt('first byte');
    await this.#greeting();
    await this.#hello('EHLO', 'What the server can do');
    if (tls === 'never') this.#steps.skip('tls', 'Encryption', 'Security is None: mail travels in clear.');
    else if (tls !== 'implicit') await this.#startTls();
    await this.#signIn();
    await this.#size();
    await this.#message();
  }

  close(): void {
    this.#dialogue?.quit();
  }

  async #lookUp(): Promise<readonly string[]> {
    const { names, isOwn } = this.#test;
    const { host, port } = this.#target;
    if (isIP(host) && !isOwn(host, port)) {
      this.#steps.skip('dns', `Look up ${host}`, 'An IP address need not be looked up.');
      return [host];
    }
    return this.#steps.run('dns', `Look up ${host}`, async () => {
      const found = await names.resolveHost(host);
      if (found.kind !== 'hosts') throw advice.notFound(found.reply);
      const value = found.hosts.flatMap(({ addresses }) => addresses);
      if (value.some((address) => isOwn(address, port))) throw advice.leadsToUs(host, port);
      return { detail: value.join(', '), value };
    });
  }

  #connect(addresses: readonly string[]): Promise<void> {
    const { signal } = this.#test;
    const { host, port } = this.#target;
    return this.#steps.run('connect', `Connect to port ${port}`, async () => {
      const failures: StepFailed[] = [];
      for (const address of addresses) {
        try {
          const options = { note: this.#steps.note, signal };
          this.#dialogue = await Dialogue.connect(address, port, this.#limits.connect, options);
          const others = failures.map(({ message }) => ` ${message}`).join('');
          return { detail: `${address} answers.${others}`, value: undefined };
        } catch (error) {
          signal.throwIfAborted();
          failures.push(connectFault(error, `${address} port ${port}`));
        }
      }
      const [first, ...others] = failures;
      if (!first) throw new StepFailed(`${host} has no address.`, 'Check the name.');
      throw new StepFailed([first, ...others].map(({ message }) => message).join(' '), first.advice);
    });
  }

  #greeting(): Promise<void> {
    return this.#steps.run('greeting', 'Greeting', async () => {
      const reply = await this.#read('the greeting', this.#target.tls !== 'implicit');
      if (reply.code !== 220) throw advice.greetingRefused(reply);
      return { detail: replyText(reply), value: undefined };
    });
  }

  #hello(id: string, title: string): Promise<void> {
    const { helo } = this.#target;
    return this.#steps.run(id, title, async (): Promise<Found> => {
      const reply = await this.#say(`EHLO ${helo}`, 'the answer to EHLO');
      // RFC 5321 section 3.2: HELO is for servers that don't know EHLO. Other refusals are meant for us.
      if ([500, 502, 504].includes(reply.code)) {
        const older = await this.#say(`HELO ${helo}`, 'the answer to HELO');
        if (older.code !== 250) throw advice.helloRefused(older, helo);
        return advice.onlyHelo();
      }
      if (reply.code !== 250) throw advice.helloRefused(reply, helo);
      const [, ...lines] = this.#open.lines;
      this.#extensions = new Map(
        lines.map((line) => {
          const [name = '', ...rest] = line.trim().toUpperCase().split(/[ =]/);
          return [name, rest.join(' ')];
        }),
      );
      return { detail: lines.join(', ') || 'No extensions.', value: undefined };
    });
  }

  async #startTls(): Promise<void> {
    if (this.#extensions.has('STARTTLS')) {
      await this.#encrypt('STARTTLS');
      if (this.#secure) await this.#hello('ehlo-tls', 'What it can do when encrypted');
      return;
    }
    await this.#steps.run('starttls', 'Encryption', async () => {
      if (this.#target.tls === 'required') throw advice.noStartTls();
      return advice.inClear();
    });
  }

  async #encrypt(from: 'first byte' | 'STARTTLS'): Promise<void> {
    const { host, tls, verify } = this.#target;
    const secure = await this.#steps.run(
      'tls',
      'Encryption',
      async (): Promise<Found<TLSSocket | undefined>> => {
        if (from === 'STARTTLS') {
          const reply = await this.#say('STARTTLS', 'the answer to STARTTLS');
          if (reply.code !== 220 && tls === 'offered') return advice.startTlsRefusedButOptional(reply);
          if (reply.code !== 220) throw advice.startTlsRefused(reply);
        }
        try {
          const value = await this.#open.startTls(host, this.#limits.handshake);
          return { detail: `${value.getProtocol() ?? 'TLS'}, ${value.getCipher().name}`, value };
        } catch (error) {
          throw handshakeFault(error, from);
        }
      },
    );
    this.#secure = secure;
    if (!secure) return;
    await this.#steps.run('certificate', 'Certificate', async () =>
      judgeCertificate({
        certificate: secure.getPeerCertificate(true),
        // Node's types say Error, but it is the error's code.
        problem: secure.authorized ? '' : String(secure.authorizationError ?? 'unknown'),
        host,
        strict: verify,
        now: new Date(),
      }),
    );
  }

  async #signIn(): Promise<void> {
    const { account, tls } = this.#target;
    if (!account) return this.#steps.skip('sign-in', 'Sign in', 'Authenticate is off.');
    await this.#steps.run('sign-in', `Sign in as ${account.user || '(no account name)'}`, async () => {
      if (!this.#secure && tls !== 'never') throw advice.noSignInInClear();
      const offered = (this.#extensions.get('AUTH') ?? '').split(' ').filter((word) => word !== '');
      if (offered.length === 0) throw advice.noSignInOffered();
      const mechanism = chooseMechanism(offered);
      if (!mechanism) throw advice.noCommonMechanism(offered);
      const reply = await signIn(this.#open, mechanism, account, this.#limits.reply).catch(
        (error: unknown) => {
          throw dialogueFault(error, 'the answer to the sign-in');
        },
      );
      if (reply.code !== 235) throw advice.signInRefused(reply);
      const detail = `Accepted (${mechanism}): ${replyText(reply)}`;
      return this.#secure || mechanism === 'CRAM-MD5'
        ? { detail, value: undefined }
        : advice.passwordInClear(detail);
    });
  }

  #size(): Promise<void> {
    const ours = this.#test.maxMessageSizeMB;
    return this.#steps.run('size', 'Largest message', async () => {
      const limit = Number(this.#extensions.get('SIZE') ?? 0);
      if (!(limit > 0)) return { detail: 'The server announces no limit.', value: undefined };
      if (limit < ours * BYTES_PER_MB) return advice.smallerSize(limit, ours);
      return { detail: `The server takes up to ${advice.megabytes(limit)}.`, value: undefined };
    });
  }

  async #message(): Promise<void> {
    const { sendTo } = this.#test;
    const { account, helo } = this.#target;
    if (!sendTo) return this.#steps.skip('message', 'Send a message', 'No address was given.');
    await this.#steps.run('message', `Send a message to ${sendTo}`, async () => {
      const reply = await sendTestMessage({
        to: sendTo,
        user: account?.user,
        helo,
        say: (line) => this.#say(line, `the answer to ${line.split(/[ :]/, 1)[0]}`),
        content: (text) => {
          this.#open.write(text, '(a short text) .');
          return this.#read('the answer to the message');
        },
      });
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

  #read(what: string, mayWantTls = false): Promise<SmtpReply> {
    return this.#open.reply(this.#limits.reply).catch((error: unknown) => {
      throw dialogueFault(error, what, mayWantTls);
    });
  }
}
