/** Mixed load on a stage, each part until the service is gone; every answer is noted in the model. */
import { connectSmtp, type SmtpClient, type SmtpReply } from '../../../server/testing/smtp-client.ts';
import type { Dice } from '../dice.ts';
import { Mailbox } from './mailbox.ts';
import type { Mail } from './promises.ts';
import { readCopy } from './promises.ts';
import { ACCOUNTS, DOMAINS, type Stage } from './stage.ts';

const LINE = 76;

/** A message with recipients here, elsewhere or both; about every seventh is stored as a file. */
function throwMail(throws: Dice, tag: string): Mail {
  const kind = throws.below(10);
  const accounts = kind < 3 ? [throws.pick(ACCOUNTS)] : kind < 8 ? ACCOUNTS.slice(0, throws.below(3)) : [];
  const least = accounts.length === 0 ? 1 : 0;
  const count = least + throws.below(3);
  const remotes =
    kind < 3 ? [] : Array.from({ length: count }, (_, n) => `${tag}.${n}@${throws.pick(DOMAINS)}`);
  const size = throws.chance(0.15) ? 270_000 + throws.below(200_000) : 100 + throws.below(6000);
  const lines = Array.from({ length: Math.ceil(size / LINE) }, () => throws.letters(LINE));
  const content = [
    `Subject: ${tag}`,
    'From: load@client.test',
    'Date: Tue, 24 Nov 2026 12:00:00 +0000',
    `Message-ID: <${tag}@client.test>`,
    '',
    ...lines,
    '',
  ].join('\r\n');
  return { tag, content, accounts, remotes };
}

/** Sends one message and notes what became of it. Rejects when the connection breaks; else the last reply. */
export async function sendOne(client: SmtpClient, { model }: Stage, mail: Mail): Promise<SmtpReply> {
  model.sent(mail);
  await client.command('RSET');
  await client.command('MAIL FROM:<load@client.test>');
  for (const to of [...mail.accounts, ...mail.remotes]) {
    const { code, text } = await client.command(`RCPT TO:<${to}>`);
    if (code !== 250) throw new Error(`${to} was refused: ${code} ${text}`);
  }
  const reply = await client.data(mail.content);
  if (reply.code === 250) model.acknowledged(mail.tag);
  else model.refused(mail.tag);
  return reply;
}

/** Load that runs until the service is gone. */
export interface Load {
  /** Parts that broke off though nobody had touched the service, each with its reason. */
  readonly troubles: readonly string[];
  /** The service is about to be killed: what breaks off from now on does so for that. */
  expectEnd(): void;
  readonly ended: Promise<void>;
}

/** Everything at once. */
export function startLoad(stage: Stage, throws: Dice, round: number): Load {
  const troubles: string[] = [];
  let isExpected = false;
  const senders = Array.from({ length: 3 }, (_, n) => keepSending(stage, throws.fork(), `r${round}s${n}`));
  const parts = [...senders, keepReading(stage, throws.fork()), keepSteering(stage, throws.fork(), round)];
  const ends = parts.map((part) =>
    part.catch((error: unknown) => {
      if (!isExpected) troubles.push(`a part of the load broke off: ${String(error)}`);
    }),
  );
  return {
    troubles,
    expectEnd: () => {
      isExpected = true;
    },
    ended: Promise.all(ends).then(() => {}),
  };
}

async function keepSending(stage: Stage, throws: Dice, name: string): Promise<void> {
  const { port, secondPort } = stage.service;
  for (let count = 0; stage.service.isRunning; ) {
    const client = await connectSmtp({ port: throws.chance(0.5) ? port : secondPort });
    try {
      await client.command('EHLO client.test');
      for (const last = count + 1 + throws.below(12); count < last; count++)
        await sendOne(client, stage, throwMail(throws, `${name}m${count}`));
      await client.quit();
    } finally {
      client.destroy();
    }
  }
}

/** Reads mailboxes and deletes some of what it reads; now and then it leaves without QUIT, which deletes nothing. */
async function keepReading(stage: Stage, throws: Dice): Promise<void> {
  while (stage.service.isRunning) {
    const account = throws.pick(ACCOUNTS);
    const mailbox = await Mailbox.open(stage.popPort, account);
    const drops = (await mailbox.drops()).filter(() => throws.chance(0.5));
    const marked = [];
    const leaves = throws.chance(0.2);
    for (const { number } of drops.slice(0, 8)) {
      const copy = stage.model.copy(account, readCopy(await mailbox.peek(number)).tag);
      await mailbox.mark(number);
      if (copy?.isDeletable) marked.push(copy);
    }
    if (leaves) {
      mailbox.drop();
      continue;
    }
    for (const copy of marked) copy.deleting();
    if (await mailbox.close()) for (const copy of marked) copy.deleted();
  }
}

/** Holds, releases and removes recipients, and applies settings, by the command line. */
async function keepSteering(stage: Stage, throws: Dice, round: number): Promise<void> {
  const { service, model } = stage;
  for (let count = 0; service.isRunning; count++) {
    if (throws.chance(0.25)) {
      await service.run(
        ['settings', 'apply', '-'],
        JSON.stringify({ maxMessageSizeMB: 10 + ((round + count) % 40) }),
      );
      continue;
    }
    const rows = JSON.parse(await service.run(['queue', 'list', '--json'])) as { id: string; to: string }[];
    const open = rows.filter(({ to }) => model.errand(to)?.isOpen);
    if (open.length === 0) continue;
    const { id, to } = throws.pick(open);
    const errand = model.errand(to);
    const verb = errand?.isHeld
      ? throws.pick(['release', 'remove'] as const)
      : throws.pick(['hold', 'remove'] as const);
    errand?.steering(verb);
    // Refused: it has gone out meanwhile, or is going out.
    const done = await service.run(['queue', verb, id, '--json']).then(
      (said) => (JSON.parse(said) as { count: number }).count > 0,
      (error: unknown) => {
        if (!service.isRunning || !/nothing with the id|being sent just now/.test(String(error))) throw error;
        return false;
      },
    );
    errand?.steered(verb, done);
  }
}
