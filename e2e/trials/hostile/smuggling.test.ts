/** No mix of CR, LF and NUL makes two messages of one, neither here nor at the server it is relayed to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSmtp, type SmtpClient } from '../../../server/testing/smtp-client.ts';
import { ANNA } from '../../service.ts';
import { harmless, smuggling, VARIANTS, type Variant } from './smuggling.ts';
import { BOB, mailbox, startTrial, type Trial } from './trial.ts';

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
}, 60_000);
afterAll(() => trial.stop(), 60_000);

/** Sends `content` whole, or in pieces that part the bytes around every dot. */
type Way = (client: SmtpClient, content: string) => Promise<void>;
const WAYS: readonly (readonly [string, readonly Variant[], Way])[] = [
  ['whole', VARIANTS, async (client, content) => client.write(content)],
  [
    'byte by byte around the dots',
    VARIANTS.filter(({ name }) => /^(CR LF|LF|CR),/.test(name)),
    async (client, content) => {
      for (const piece of content.split(/(?<=[\r\n\0.])|(?=[\r\n\0.])/)) {
        client.write(piece);
        await sleep(0);
      }
    },
  ],
];

describe.each(WAYS)('a false end of data, sent %s', (way, variants, send) => {
  it('is content, of one message', async () => {
    const { service, sink } = trial;
    const before = sink.messages.length;
    const client = await connectSmtp({ port: service.port });
    await client.command('EHLO c');
    const sent = new Map<string, string>();
    for (const [index, variant] of variants.entries()) {
      const subject = `${way}, ${index}`;
      const content = smuggling(variant, subject, ANNA.address);
      sent.set(subject, content);
      const envelope = ['MAIL FROM:<joe@far.test>', `RCPT TO:<${ANNA.address}>`, `RCPT TO:<${BOB}>`];
      const replies = await client.pipeline([...envelope, 'DATA']);
      expect(replies.map(({ code }) => code)).toEqual([250, 250, 250, 354]);
      await send(client, content);
      client.write('\r\n.\r\n');
      expect((await client.readReply()).code, variant.name).toBe(250);
      // If anything of it had been taken for a command, its reply would come now instead.
      expect((await client.command('HELP')).code, variant.name).toBe(214);
    }
    await client.quit();

    const mails = (await mailbox(service)).filter((mail) => mail.subject.startsWith(way));
    expect(await mailbox(service)).toHaveLength(before + sent.size);
    expect(mails.map(({ subject }) => subject).sort()).toEqual([...sent.keys()].sort());
    await sink.waitFor(before + sent.size, 30_000);
    for (const { body, rcpts } of sink.messages.slice(before)) {
      expect(rcpts.map(({ address }) => address)).toEqual([BOB]);
      const text = body.toString('latin1');
      const subject = /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '';
      const expected = `${harmless(sent.get(subject) ?? '(a message nobody sent)')}\r\n`;
      expect(text.slice(text.indexOf('Subject: '))).toBe(expected);
      expect(text).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
    }
    expect(sink.messages).toHaveLength(before + sent.size);
    const [mail] = mails;
    const raw = await service.run(['mail', 'show', ANNA.address, mail?.id ?? '']);
    expect(raw.slice(raw.indexOf('Subject: '))).toBe(`${harmless(sent.get(mail?.subject ?? '') ?? '')}\r\n`);
  }, 60_000);
});

it('leads the peer it is relayed to into no command that is not ours', () => {
  const said = new Set(trial.sink.sessions.flatMap(({ commands }) => commands.map(verbOf)));
  expect([...said].sort()).toEqual(['DATA', 'EHLO', 'MAIL', 'QUIT', 'RCPT'].filter((verb) => said.has(verb)));
  expect(trial.sink.sessions.flatMap(({ commands }) => commands).join('\n')).not.toContain('evil');
});

function verbOf(line: string): string {
  return line.split(' ', 1)[0] ?? '';
}
