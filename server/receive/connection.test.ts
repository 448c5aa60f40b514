/**
 * What `connection.ts` relies on inside smtp-server, seen from outside: if an upgrade changes it, a test
 * here fails.
 */
import { afterEach, describe, expect, it } from 'vitest';
import {
  startTestReceiver,
  type TestReceiver,
  type TestReceiverOptions,
} from '../testing/fixtures/receiver.ts';
import { sendMail } from '../testing/send-mail.ts';
import { connectSmtp, type SmtpClient, type SmtpClientOptions } from '../testing/smtp-client.ts';

let server: TestReceiver;
let client: SmtpClient | undefined;

afterEach(async () => {
  client?.destroy();
  await server?.stop();
});

const STRANGERS = { settings: { relay: { trustedNetworks: [] } } };

async function start(options: TestReceiverOptions = {}): Promise<void> {
  server = await startTestReceiver(options);
  await server.addAccount('ann@here.test');
}

async function open(options: Partial<SmtpClientOptions> = {}): Promise<SmtpClient> {
  client = await connectSmtp({ port: server.port, ...options });
  return client;
}

/** Milliseconds from the connection to the greeting: the shortest of some, since a machine may be busy. */
async function greetingTime(tries: number): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = performance.now();
    const one = await open();
    shortest = Math.min(shortest, performance.now() - before);
    expect(one.greeting).toEqual({
      code: 220,
      lines: ['mail.waypost.test ESMTP'],
      text: 'mail.waypost.test ESMTP',
    });
    await one.quit();
  }
  return shortest;
}

describe('the greeting', () => {
  it('waits a tenth of a second for strangers', async () => {
    await start(STRANGERS);
    expect(await greetingTime(2)).toBeGreaterThan(95);
  });

  it('comes at once for trusted networks', async () => {
    await start();
    expect(await greetingTime(5)).toBeLessThan(80);
  });

  it('comes at once for who delivered before, not for who only tried', async () => {
    await start(STRANGERS);
    const mail = { port: server.port, from: 'joe@far.test', body: 'X: y\r\n' };
    await sendMail({ ...mail, to: 'nobody@here.test' });
    expect(await greetingTime(1)).toBeGreaterThan(95);
    await sendMail({ ...mail, to: 'ann@here.test' });
    expect(await greetingTime(5)).toBeLessThan(80);
  });

  it.each([false, true])('comes within TLS: %s', async (trusted) => {
    const settings = { incoming: { primary: { security: 'tls' as const } } };
    await start({ settings: trusted ? settings : { ...settings, ...STRANGERS.settings } });
    expect((await open({ tls: true })).greeting.code).toBe(220);
  });

  it('is not for strangers who talk first', async () => {
    await start(STRANGERS);
    const { greeting, closed } = await open({ talkFirst: 'EHLO c\r\n' });
    expect(greeting.code).toBe(421);
    expect(greeting.text).toContain('You talk too soon');
    await closed;
  });

  it('bears the newest server name', async () => {
    await start();
    server.change({ hostname: 'new.waypost.test' });
    const one = await open();
    expect(one.greeting.text).toBe('new.waypost.test ESMTP');
    expect((await one.command('EHLO c')).lines[0]).toBe('new.waypost.test');
    expect((await one.command('HELO c')).text).toBe('new.waypost.test');
  });
});

it('offers exactly what it does', async () => {
  await start();
  const one = await open();
  const offered = async () => (await one.command('EHLO c')).lines.slice(1).toSorted();
  const always = ['8BITMIME', 'AUTH PLAIN LOGIN', 'DSN', 'ENHANCEDSTATUSCODES', 'PIPELINING'];
  expect(await offered()).toEqual([...always, 'SIZE 26214400', 'SMTPUTF8', 'STARTTLS']);
  server.change({ maxMessageSizeMB: 1 });
  expect(await offered()).toContain('SIZE 1048576');
  await one.startTls();
  expect(await offered()).toEqual([...always, 'SIZE 1048576', 'SMTPUTF8']);
});

it('knows no jokes, and nobody who speaks for others', async () => {
  await start();
  const one = await open();
  await one.command('EHLO c');
  for (const line of [
    'WIZ',
    'SHELL',
    'KILL',
    'XCLIENT ADDR=10.0.0.1',
    'XFORWARD ADDR=10.0.0.1',
    'LHLO c',
    'BDAT 1',
  ])
    expect(await one.command(line), line).toMatchObject({ code: 500 });
});

describe('every reply bears one enhanced code, or none where none belongs', () => {
  /** Line by line what is said, and the codes the reply begins with. */
  const talk: [string, RegExp][] = [
    ['MAIL FROM:<a@b.test>', /^503 5\.5\.1 Error/],
    ['EHLO c', /^250 mail\.waypost\.test\n/],
    ['NOOP', /^250 2\.0\.0 OK$/],
    ['VRFY ann', /^252 2\.\d\.\d [^\d]/],
    ['HELP', /^214 2\.0\.0 [^\d]/],
    ['NONSENSE', /^500 5\.5\.\d [^\d]/],
    ['AUTH PLAIN AG5vAG5v', /^535 5\.7\.8 Account name or password is wrong$/],
    ['AUTH LOGIN', /^334 VXNlcm5hbWU6$/],
    ['*', /^501 5\.5\.\d [^\d]/],
    ['MAIL FROM:<joe@far.test> SIZE=99999999999', /^552 5\.3\.4 [^\d]/],
    ['MAIL FROM:joe@far.test', /^501 5\.1\.7 [^\d]/],
    ['MAIL FROM:<joe@far.test>', /^250 2\.1\.0 [^\d]/],
    ['RCPT TO:<nobody@here.test>', /^550 5\.1\.1 There is no mailbox/],
    ['RCPT TO:<joe@far.test>', /^550 5\.7\.1 Relaying/],
    ['RCPT TO:<ann@here.test>', /^250 2\.1\.5 [^\d]/],
    ['DATA', /^354 [^\d]/],
    ['Subject: x\r\n\r\nx\r\n.', /^250 2\.0\.0 Queued as /],
    ['RSET', /^250 2\.0\.0 [^\d]/],
    ['QUIT', /^221 2\.0\.0 Bye$/],
  ];

  it('from the greeting to QUIT', async () => {
    await start(STRANGERS);
    const one = await open();
    for (const [line, expected] of talk) {
      const { code, text } = await one.command(line);
      expect(`${code} ${text}`, line).toMatch(expected);
      expect(text, line).not.toMatch(/\d\.\d\.\d \d\.\d\.\d/);
    }
    await one.closed;
  });
});

it('a refused client gets the rest of its pipeline answered', async () => {
  await start(STRANGERS);
  const one = await open();
  const lines = [
    'EHLO c',
    'MAIL FROM:<joe@far.test>',
    'RCPT TO:<x@far.test>',
    'RCPT TO:<ann@here.test>',
    'NOOP',
  ];
  expect((await one.pipeline(lines)).map(({ code }) => code)).toEqual([250, 250, 550, 250, 250]);
});
