/**
 * The disk is filled at each stage of a message's way. Nothing that was acknowledged may be missing afterwards, what
 * can't be stored is refused with 452 4.3.1, and the same process takes mail again as soon as there is space.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSmtp, type SmtpClient, type SmtpReply } from '../../../server/testing/smtp-client.ts';
import { dice } from '../dice.ts';
import type { Disk } from './disk.ts';
import { sendOne } from './load.ts';
import type { Mail } from './promises.ts';
import { ACCOUNTS, SLOTS, type Stage, setStage, settleQueue, strayContent } from './stage.ts';

/** A stage at which there is no space left. */
interface Case {
  readonly name: string;
  play(parts: Parts): Promise<void>;
}

interface Parts {
  readonly stage: Stage;
  readonly disk: Disk;
  /** A new message; `size` in bytes. */
  mail(size: number, remote?: boolean): Mail;
  connect(): Promise<SmtpClient>;
  expect(isTrue: boolean, sentence: string): void;
}

const SMALL = 2000;
/** Stored as a file. */
const LARGE = 3_000_000;

const CASES: readonly Case[] = [
  {
    name: 'before MAIL',
    play: async ({ disk, connect, mail, expect, stage }) => {
      await disk.fill();
      const client = await connect();
      const reply = await sendOne(client, stage, mail(100_000));
      expect(isFull(reply), `100 KB were answered with ${reply.code} ${reply.text}`);
      await client.quit();
    },
  },
  {
    name: 'within DATA',
    play: async ({ disk, connect, mail, expect, stage }) => {
      const client = await connect();
      const half = mail(LARGE);
      stage.model.sent(half);
      await envelope(client, half);
      await client.command('DATA');
      client.write(half.content.slice(0, LARGE / 2));
      await sleep(200);
      await disk.fill();
      client.write(`${half.content.slice(LARGE / 2)}.\r\n`);
      const reply = await client.readReply();
      stage.model.refused(half.tag);
      expect(isFull(reply), `3 MB were answered with ${reply.code} ${reply.text}`);
      await disk.free();
      expect(
        (await sendOne(client, stage, mail(LARGE))).code === 250,
        'the same session is not served any more',
      );
      await client.quit();
    },
  },
  {
    name: 'at the commit',
    play: async ({ disk, connect, mail, expect, stage }) => {
      const client = await connect();
      // The content fits in memory; only its row finds no space, sooner or later.
      let refused = 0;
      await disk.fill(300_000);
      for (let count = 0; count < 30; count++) {
        const reply = await sendOne(client, stage, mail(40_000, count % 2 === 0));
        if (reply.code === 250) continue;
        refused++;
        expect(isFull(reply), `a message was answered with ${reply.code} ${reply.text}`);
      }
      expect(refused > 0, 'nothing was refused');
      await client.quit();
    },
  },
  {
    name: 'while the log is written',
    play: async ({ disk, connect, mail, expect, stage }) => {
      await disk.fill();
      for (let count = 0; count < 20; count++) {
        const client = await connect();
        await sendOne(client, stage, mail(100_000));
        await client.quit();
      }
      await sleep(600);
      await disk.free();
      const client = await connect();
      expect((await sendOne(client, stage, mail(SMALL))).code === 250, 'mail is not taken again');
      await client.quit();
      expect(
        (await stage.service.run(['log', '--limit', '5'])).includes('Accepted'),
        'the log has not gone on',
      );
    },
  },
  {
    name: 'while the queue notes its outcomes',
    play: async ({ disk, connect, mail, stage, expect }) => {
      stage.setGate(false);
      const client = await connect();
      for (let count = 0; count < 6; count++) await sendOne(client, stage, mail(SMALL, true));
      await client.quit();
      await disk.fill();
      stage.setGate(true);
      await sleep(2500);
      expect(stage.service.isRunning, 'the service has ended');
    },
  },
  {
    name: 'at Apply',
    play: async ({ disk, stage, expect }) => {
      const before = await stage.service.run(['settings', 'show', '--json']);
      await disk.fill();
      const refusal = await stage.service.run(['settings', 'apply', '-'], '{"maxMessageSizeMB": 77}').then(
        () => '',
        (error: Error) => error.message,
      );
      expect(
        refusal.includes(
          "The settings can't be saved: there is no space left on the disk. Nothing has changed.",
        ),
        `Apply answered ${refusal || 'that it was done'}`,
      );
      expect((await stage.service.run(['settings', 'show', '--json'])) === before, 'settings have changed');
      await disk.free();
      await stage.service.run(['settings', 'apply', '-'], '{"maxMessageSizeMB": 26}');
    },
  },
];

/** Plays all cases, or only those named, on one process. Returns what was wrong, in sentences. */
export async function fullDiskTrial(
  disk: Disk,
  seed: number,
  only?: readonly string[],
): Promise<{ cases: number; problems: string[] }> {
  const throws = dice(seed);
  const cases = CASES.filter(({ name }) => only?.includes(name) ?? true);
  const problems: string[] = [];
  const data = join(disk.path, 'data');
  const stage = await setStage(dice(seed + 1), { data });
  let count = 0;
  const mail = (size: number, remote = false): Mail => {
    const tag = `d${count++}`;
    const content = `Subject: ${tag}\r\nMessage-ID: <${tag}@client.test>\r\n\r\n${lines(throws.letters(76), size)}`;
    return { tag, content, accounts: ACCOUNTS, remotes: remote ? [`${tag}.0@away.test`] : [] };
  };
  const connect = async () => {
    const client = await connectSmtp({ port: stage.service.port });
    await client.command('EHLO client.test');
    return client;
  };
  try {
    for (const { name, play } of cases) {
      const expect = (isTrue: boolean, sentence: string) => {
        if (!isTrue) problems.push(`${name}: ${sentence}`);
      };
      await play({ stage, disk, mail, connect, expect });
      await disk.free();
      const client = await connect();
      expect((await sendOne(client, stage, mail(SMALL, true))).code === 250, 'mail is not taken afterwards');
      await client.quit();
    }
    problems.push(...(await settleQueue(stage)));
    const before = stage.service.isRunning;
    await stage.service.kill();
    stage.setGate(false);
    await stage.service.start();
    const found = await stage.look();
    problems.push(...stage.model.checkStart(found, SLOTS));
    if (!before) problems.push('the service did not live through it');
    problems.push(...(await strayContent(stage, found)));
    return { cases: cases.length, problems };
  } finally {
    await stage.end();
  }
}

async function envelope(client: SmtpClient, { accounts, remotes }: Mail): Promise<void> {
  await client.command('MAIL FROM:<load@client.test>');
  for (const to of [...accounts, ...remotes]) await client.command(`RCPT TO:<${to}>`);
}

function isFull({ code, text }: SmtpReply): boolean {
  return code === 452 && text.startsWith('4.3.1');
}

function lines(line: string, size: number): string {
  return `${line}\r\n`.repeat(Math.ceil(size / (line.length + 2)));
}
