/** Files of the data folder are damaged while the service is down; what does it say, do, and leave alone? */
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sendMail } from '../../../server/testing/send-mail.ts';
import { eventually, temporaryFolder } from '../../../server/testing/temp.ts';
import { ANNA, type Service, startService } from '../../service.ts';
import { spoilContent, spoilPart } from '../../spoil.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  /** Bytes that are spoilt: from this part of the file to that, 0 to 1, or a page of the one long message. */
  readonly spoilt: { readonly from: number; readonly to: number } | 'content';
  /** What it says, where it does not start. */
  readonly refusal?: RegExp;
  /** What the log says, where it starts. */
  readonly notice?: RegExp;
  /** What `waypost status` says, where it starts. */
  readonly status?: RegExp;
  /** Replies to a message. */
  readonly replies?: readonly number[];
  /** Under which name the damaged file is kept. */
  readonly keptAs?: RegExp;
}

const KEPT = 'unusable-[^.]*';
const CASES: readonly Case[] = [
  {
    name: 'the head of waypost.db',
    file: 'waypost.db',
    spoilt: { from: 0, to: 0.01 },
    refusal: /waypost\.db can't be opened: file is not a database\. .*put a backup in its place/,
  },
  {
    name: 'the tables of waypost.db',
    file: 'waypost.db',
    spoilt: { from: 0.02, to: 1 },
    refusal: /waypost\.db can't be .*malformed.*put a backup in its place/,
  },
  {
    name: 'mail in waypost.db',
    file: 'waypost.db',
    spoilt: { from: 0.7, to: 1 },
    refusal: /waypost\.db is damaged\. .*put a backup in its place/,
  },
  {
    name: 'the content of a message in waypost.db',
    file: 'waypost.db',
    spoilt: 'content',
    notice: /waypost\.db is damaged\. .*put a backup in its place/,
    status: /waypost\.db is damaged\. .*put a backup in its place/,
    replies: [250],
  },
  {
    name: 'the head of log.db',
    file: 'log.db',
    spoilt: { from: 0, to: 0.01 },
    status: /It was kept as log\.unusable-/,
    notice: /It was kept as log\.unusable-.*, and a new mail log begins/,
    replies: [250],
    keptAs: new RegExp(`^log\\.${KEPT}\\.db$`),
  },
  {
    name: 'entries in log.db',
    file: 'log.db',
    spoilt: { from: 0.5, to: 1 },
    status: /It was kept as log\.unusable-/,
    notice: /The mail log is damaged .*It was kept as log\.unusable-.*, and a new mail log begins/,
    replies: [250],
    keptAs: new RegExp(`^log\\.${KEPT}\\.db$`),
  },
  {
    name: 'settings.json',
    file: 'settings.json',
    spoilt: { from: 0.3, to: 1 },
    notice:
      /settings\.json is damaged.*It was kept as settings\.damaged-.*, and Waypost starts with its defaults/,
    replies: [250],
    keptAs: /^settings\.damaged-.*\.json$/,
  },
];

/** Plays all cases, or only those named. Returns what was wrong, in sentences. */
export async function damageTrial(only?: readonly string[]): Promise<{ cases: number; problems: string[] }> {
  const cases = CASES.filter(({ name }) => only?.includes(name) ?? true);
  const problems: string[] = [];
  const { path, remove } = await temporaryFolder();
  try {
    const seed = join(path, 'seed');
    await makeSound(seed);
    for (const one of cases) {
      const data = join(path, one.name.replace(/\W/g, '-'));
      await cp(seed, data, { recursive: true });
      const file = join(data, one.file);
      const spoilt =
        one.spoilt === 'content' ? await spoilContent(file, 'y') : await spoilPart(file, one.spoilt);
      problems.push(...(await play(one, data, spoilt)).map((problem) => `${one.name}: ${problem}`));
    }
  } finally {
    await remove();
  }
  return { cases: cases.length, problems };
}

/** A folder with an account, mail in its mailbox and in the queue, and a log. */
async function makeSound(folder: string): Promise<void> {
  const service = await startService({ data: folder });
  try {
    await service.run(['account', 'add', ANNA.address, '--password-stdin'], ANNA.password);
    for (let count = 0; count < 60; count++)
      await send(service, `Subject: ${count}\r\n\r\n${'x'.repeat(4000)}\r\n`);
    await send(service, `Subject: long\r\n\r\n${'y'.repeat(20_000)}\r\n`);
    await service.stop();
  } finally {
    await service.remove();
  }
}

async function send({ port }: Service, body: string): Promise<number> {
  const to = [ANNA.address, 'bob@away.test'];
  return (await sendMail({ port, from: 'load@client.test', to, body })).final.code;
}

/** Tries to read the long message. */
async function readLong(service: Service): Promise<void> {
  const mails = JSON.parse(await service.run(['mail', 'list', ANNA.address, '--json'])) as {
    id: string;
    size: number;
  }[];
  const [long] = mails.sort((a, b) => b.size - a.size);
  await service.run(['mail', 'show', ANNA.address, long?.id ?? '']).catch(() => {});
}

async function play(one: Case, data: string, spoilt: Buffer): Promise<string[]> {
  let service: Service;
  try {
    service = await startService({ data });
  } catch (error) {
    const said = String(error);
    if (!one.refusal?.test(said) || !said.includes('ended with 1')) return [`it did not start: ${said}`];
    return (await readFile(join(data, one.file))).equals(spoilt) ? [] : ['the damaged file was changed'];
  }
  const problems: string[] = [];
  try {
    if (one.refusal) problems.push('it started');
    if (one.spoilt === 'content') await readLong(service);
    const code = await send(service, 'Subject: new\r\n\r\nnew\r\n');
    if (!one.replies?.includes(code)) problems.push(`a message was answered with ${code}`);
    const notice = () => service.run(['log', '--limit', '1000']).then((log) => one.notice?.test(log));
    await eventually(notice, { what: 'a notice', intervalMs: 200 }).catch((error: unknown) =>
      problems.push(`the log does not say so: ${String(error)}`),
    );
    const status = await service.run(['status']);
    if (one.status && !one.status.test(status)) problems.push(`the status does not say so: ${status}`);
    if (!service.isRunning) problems.push('the service has ended');
    if (one.keptAs) problems.push(...(await keptProblems(one.keptAs, data, spoilt)));
  } catch (error) {
    problems.push(String(error));
  } finally {
    await service.remove();
  }
  return problems;
}

async function keptProblems(name: RegExp, data: string, spoilt: Buffer): Promise<string[]> {
  const kept = (await readdir(data)).find((file) => name.test(file));
  if (kept === undefined) return ['the damaged file was not kept'];
  // SQLite may have written pages elsewhere in it before it met the damage.
  const end = (bytes: Buffer) => bytes.subarray(Math.max(0, spoilt.length - 100), spoilt.length);
  return end(await readFile(join(data, kept))).equals(end(spoilt)) ? [] : [`${kept} was changed`];
}
