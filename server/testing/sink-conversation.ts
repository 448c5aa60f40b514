import type { KeyPair } from './certificate.ts';
import type { SinkChannel } from './sink-channel.ts';
import {
  decide,
  parsePath,
  replyClass,
  type SinkMessage,
  type SinkReply,
  type SinkScript,
  type SinkSession,
  type SinkStep,
  type SmtpParams,
  USUAL_EXTENSIONS,
} from './sink-script.ts';

/** What a conversation needs from its sink, and tells it. */
export interface SinkHost {
  name: string;
  script: SinkScript;
  pair: KeyPair;
  implicitTls: boolean;
  /** `delta` is 1 when a transaction begins and -1 when it ends. */
  onTransaction(delta: 1 | -1): void;
  onMessage(message: SinkMessage, accepted: boolean): void;
}

interface Transaction {
  from: string;
  params: SmtpParams;
  rcpts: SinkMessage['rcpts'];
}

/**
 * Plays the server's part on one connection until it ends. Commands are taken strictly one after the other,
 * however many arrive at once (RFC 2920). State changes come before the reply goes out: whoever has seen a
 * reply may rely on the sink's records.
 */
export async function converse(host: SinkHost, session: SinkSession, channel: SinkChannel): Promise<void> {
  let transaction: Transaction | undefined;

  function begin(next: Transaction): void {
    end();
    transaction = next;
    session.transactions++;
    host.onTransaction(1);
  }

  function end(): void {
    if (transaction !== undefined) host.onTransaction(-1);
    transaction = undefined;
  }

  async function run<Context>(
    step: SinkStep<Context>,
    context: Context,
    usual: SinkReply,
  ): Promise<SinkReply> {
    return channel.afterDelays(await decide(step, context, usual));
  }

  async function nextLine(): Promise<string | undefined> {
    const line = await channel.reader().line();
    if (line !== undefined) session.commands.push(line);
    return line;
  }

  function authOffered(): boolean {
    const offered = host.script.auth?.offered ?? 'always';
    if (host.script.auth === undefined) return false;
    return offered === 'always' || session.tls === (offered === 'after-tls');
  }

  function capabilities(): string {
    const lines = [host.name, ...(host.script.extensions ?? USUAL_EXTENSIONS)];
    if ((host.script.starttls ?? 'off') !== 'off' && !session.tls) lines.push('STARTTLS');
    if (authOffered()) lines.push(`AUTH ${(host.script.auth?.mechanisms ?? ['PLAIN', 'LOGIN']).join(' ')}`);
    return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }

  async function hello(verb: 'ehlo' | 'helo', name: string): Promise<boolean> {
    end();
    const usual = verb === 'ehlo' ? capabilities() : `250 ${host.name}`;
    const reply = await run(host.script[verb], { session, name }, usual);
    if (isPositive(reply)) session.helo = name;
    return channel.send(reply);
  }

  async function mail(argument: string): Promise<boolean> {
    const path = parsePath(argument);
    if (path === undefined) return channel.send('501 5.5.4 Syntax: MAIL FROM:<address>');
    if (session.helo === undefined) return channel.send('503 5.5.1 EHLO first');
    if (transaction !== undefined) return channel.send('503 5.5.1 Nested MAIL command');
    const { address: from, params } = path;
    const signInFirst = host.script.auth?.required === true && session.user === undefined;
    const usual = signInFirst ? '530 5.7.0 Authentication required' : '250 2.1.0 Ok';
    const reply = await run(host.script.mail, { session, from, params }, usual);
    if (isPositive(reply)) begin({ from, params, rcpts: [] });
    return channel.send(reply);
  }

  async function rcpt(argument: string): Promise<boolean> {
    const path = parsePath(argument);
    if (path === undefined) return channel.send('501 5.5.4 Syntax: RCPT TO:<address>');
    if (transaction === undefined) return channel.send('503 5.5.1 MAIL first');
    const context = { session, from: transaction.from, address: path.address, params: path.params };
    const reply = await run(host.script.rcpt, context, '250 2.1.5 Ok');
    if (isPositive(reply)) transaction.rcpts.push(path);
    return channel.send(reply);
  }

  async function data(): Promise<boolean> {
    if (transaction === undefined) return channel.send('503 5.5.1 MAIL first');
    const { from, params: mailParams, rcpts } = transaction;
    const usual = rcpts.length > 0 ? '354 End data with <CR><LF>.<CR><LF>' : '554 5.5.1 No valid recipients';
    const context = { session, from, rcpts: rcpts.map((one) => one.address) };
    const goAhead = await run(host.script.data, context, usual);
    if (!(await channel.send(goAhead))) return false;
    if (replyClass(goAhead) !== '3') return true;

    const body = await channel.reader().body();
    if (body === undefined) return false;
    const message: SinkMessage = { from, mailParams, rcpts, body, session, at: new Date() };
    const reply = await run(host.script.body, { session, message }, '250 2.0.0 Ok: queued');
    end();
    host.onMessage(message, isPositive(reply));
    return channel.send(reply);
  }

  async function ask(challenge: string): Promise<string | undefined> {
    return (await channel.send(`334 ${toBase64(challenge)}`)) ? nextLine() : undefined;
  }

  async function auth(argument: string): Promise<boolean> {
    const table = host.script.auth;
    const [mechanism = '', initial] = argument.split(' ');
    const known = (table?.mechanisms ?? ['PLAIN', 'LOGIN']).some((one) => one === mechanism.toUpperCase());
    if (table === undefined || !authOffered() || !known) return channel.send('504 5.5.4 Not supported');
    if (session.user !== undefined) return channel.send('503 5.5.1 Already signed in');
    let user: string | undefined;
    let password: string | undefined;
    if (mechanism.toUpperCase() === 'PLAIN') {
      const response = initial ?? (await ask(''));
      if (response === '*') return channel.send('501 5.7.0 Cancelled');
      [, user, password] = fromBase64(response ?? '').split('\0');
    } else {
      user = fromBase64(initial ?? (await ask('Username:')) ?? '');
      password = fromBase64((await ask('Password:')) ?? '');
    }
    if (user === undefined || password === undefined) return channel.send('501 5.5.2 Malformed response');
    const valid = Object.hasOwn(table.users, user) && table.users[user] === password;
    const usual = valid ? '235 2.7.0 Signed in' : '535 5.7.8 Wrong account or password';
    const reply = await run(table.reply, { session, user, password, valid }, usual);
    if (isPositive(reply)) session.user = user;
    return channel.send(reply);
  }

  async function starttls(): Promise<boolean> {
    const way = host.script.starttls ?? 'off';
    if (way === 'off' || session.tls) return channel.send('502 5.5.1 Not available');
    if (way === 'refused') return channel.send('454 4.7.0 TLS is not available for now');
    if (way !== 'on') {
      await channel.breakHandshake('220 2.0.0 Go ahead', way === 'silent');
      return false;
    }
    end();
    session.tls = await channel.secure(host.pair, '220 2.0.0 Go ahead');
    session.helo = undefined;
    return session.tls;
  }

  async function answer(line: string): Promise<boolean> {
    const [verb = '', ...words] = line.split(' ');
    const argument = words.join(' ');
    switch (verb.toUpperCase()) {
      case 'EHLO':
        return hello('ehlo', argument);
      case 'HELO':
        return hello('helo', argument);
      case 'MAIL':
        return mail(argument.replace(/^FROM:/i, ''));
      case 'RCPT':
        return rcpt(argument.replace(/^TO:/i, ''));
      case 'DATA':
        return data();
      case 'AUTH':
        return auth(argument);
      case 'STARTTLS':
        return starttls();
      case 'RSET':
        end();
        return channel.send(await run(host.script.rset, { session }, '250 2.0.0 Ok'));
      case 'NOOP':
        return channel.send('250 2.0.0 Ok');
      case 'QUIT':
        end();
        return channel.send(await run(host.script.quit, { session }, { close: '221 2.0.0 Bye' }));
      default:
        return channel.send('500 5.5.2 Unknown command');
    }
  }

  try {
    if (host.implicitTls) {
      session.tls = await channel.secure(host.pair);
      if (!session.tls) return;
    }
    const greeting = await run(host.script.greeting, { session }, `220 ${host.name} ESMTP`);
    let open = await channel.send(greeting);
    while (open) {
      const line = await nextLine();
      open = line !== undefined && (await answer(line));
    }
  } finally {
    end();
  }
}

function isPositive(reply: SinkReply): boolean {
  return replyClass(reply) === '2';
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
