/**
 * A frame of the write-ahead log is damaged while the service is down after a kill. SQLite takes what is before it; what
 * comes after is lost, and that has to be said.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { unusedPort } from '../../../server/testing/ports.ts';
import { sendMail } from '../../../server/testing/send-mail.ts';
import { eventually } from '../../../server/testing/temp.ts';
import { ANNA, type Service, startService } from '../../service.ts';
import { Mailbox } from './mailbox.ts';

const MESSAGES = 40;
/** Those that are stored as files. */
const LARGE = [3, 36];
const LOG_HEADER = 32;
const FRAME = 24 + 4096;
const SAID = /waypost\.db-wal, .* at least (\d+) times, is lost\. A copy was kept as waypost\.damaged-/;

/** Damages the frame at this part of the log, 0 to 1. Returns how many messages are left, and what was wrong. */
export async function damagedWalTrial(part: number): Promise<{ left: number; problems: string[] }> {
  const problems: string[] = [];
  const popPort = await unusedPort('127.0.0.1');
  const service = await startService({
    settings: { pickup: { pop3: { port: popPort, address: '127.0.0.1' } } },
  });
  try {
    await service.run(['account', 'add', ANNA.address, '--password-stdin'], ANNA.password);
    // All that is in the log from now on are the messages.
    await service.stop();
    await service.start();
    for (let number = 0; number < MESSAGES; number++) await send(service, number);
    await service.kill();
    const log = join(service.folder, 'waypost.db-wal');
    const bytes = await readFile(log);
    const frame = Math.floor(((bytes.length - LOG_HEADER) / FRAME) * part);
    bytes.fill(0xee, LOG_HEADER + frame * FRAME + 1000, LOG_HEADER + frame * FRAME + 2000);
    await writeFile(log, bytes);

    await service.start();
    const left = await numbersIn(popPort);
    const isPrefix = left.every((number, index) => number === index);
    if (!isPrefix || left.length === MESSAGES) problems.push(`there are the messages ${left.join(', ')}`);
    const isSaid = async () => SAID.test(await service.run(['log', '--limit', '1000']));
    await eventually(isSaid, { what: 'a line in the log', intervalMs: 200 }).catch((error: unknown) =>
      problems.push(String(error)),
    );
    problems.push(...(await keptProblems(service, bytes, left.length)));
    await send(service, left.length);
    if ((await numbersIn(popPort)).length !== left.length + 1) problems.push('new mail is not there');
    await service.stop();
    const verdict = integrity(join(service.folder, 'waypost.db'));
    if (verdict !== 'ok') problems.push(`the database: ${verdict}`);
    return { left: left.length, problems };
  } finally {
    await service.remove();
  }
}

function bodyOf(number: number): string {
  const lines = `${`${number} `.repeat(20)}\r\n`.repeat(LARGE.includes(number) ? 10_000 : 50);
  return `Subject: ${number}\r\n\r\n${lines}`;
}

async function send({ port }: Service, number: number): Promise<void> {
  const body = bodyOf(number);
  const { final } = await sendMail({ port, from: 'load@client.test', to: ANNA.address, body });
  if (final.code !== 250) throw new Error(`Message ${number} was answered with ${final.code}.`);
}

/** The messages of the mailbox by their numbers, in order; -1 for one that is there by half. */
async function numbersIn(popPort: number): Promise<number[]> {
  const mailbox = await Mailbox.open(popPort, ANNA.address);
  const numbers: number[] = [];
  for (const { number } of await mailbox.drops()) {
    const text = `${await mailbox.read(number)}\r\n`;
    const own = Number(/^Subject: (\d+)/m.exec(text)?.[1]);
    numbers.push(text.endsWith(bodyOf(own)) ? own : -1);
  }
  await mailbox.close();
  return numbers.sort((a, b) => a - b);
}

/** The log as it was, and the content of large messages that are lost. */
async function keptProblems({ folder }: Service, log: Buffer, left: number): Promise<string[]> {
  const copy = (await readdir(folder)).find((name) => /^waypost\.damaged-.*\.db-wal$/.test(name)) ?? '';
  const isKept = (await readFile(join(folder, copy)).catch(() => undefined))?.equals(log);
  const files = await readdir(join(folder, 'messages.kept')).catch(() => []);
  const lost = LARGE.filter((number) => number >= left).length;
  return [
    ...(isKept ? [] : ['the damaged log was not kept']),
    ...(files.length === lost ? [] : [`of ${lost} lost files ${files.length} were kept`]),
  ];
}

function integrity(path: string): string {
  const db = new DatabaseSync(path);
  try {
    const rows = db.prepare('pragma integrity_check').all();
    return rows.map((row) => String(row.integrity_check)).join('; ');
  } finally {
    db.close();
  }
}
