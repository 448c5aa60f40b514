import type { Command } from 'commander';
import { Failure } from '../../host/failure.ts';
import type { Client } from '../client.ts';
import { type Io, write } from '../io.ts';
import { openSession } from '../session.ts';
import { mailText } from '../texts.ts';
import { plural } from '../units.ts';

export function addMail(program: Command, io: Io): void {
  const group = program.command('mail').description('read and delete the mail in a mailbox');

  group
    .command('list <address>')
    .description('list the messages of an account')
    .action(async (address: string, _options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      await show(await client.mail.list({ address }), (mails) => mailText(address, mails));
    });

  group
    .command('show <address> <id>')
    .description('write a message to standard output, byte for byte as it was received (with --json too)')
    .action(async (address: string, id: string, _options: unknown, command: Command) => {
      const { client } = openSession(io, command);
      for await (const part of rawMessage(client, address, id)) await write(io.stdout, part);
    });

  group
    .command('remove <address> <id...>')
    .description('delete messages from the mailbox of an account')
    .action(async (address: string, given: string[], _options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      const ids = [...new Set(given)];
      const result = await client.mail.remove({ address, ids });
      await show(result, ({ count }) => removedText(count, ids.length - count));
    });
}

function removedText(count: number, missing: number): string {
  const removed = `Removed ${plural(count, 'message')}.`;
  if (missing === 0) return removed;
  return `${removed} ${missing === 1 ? '1 other was' : `${missing} others were`} not there.`;
}

/** The bytes of a message part by part; the next part is asked for when the one before is used up. */
async function* rawMessage(client: Client, address: string, id: string): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for (;;) {
    const { total, part } = await client.mail.raw({ address, id, offset });
    if (part.size > 0) yield new Uint8Array(await part.arrayBuffer());
    offset += part.size;
    if (offset >= total) return;
    if (part.size === 0) throw new Failure(`The message ended early, after ${offset} of ${total} bytes.`);
  }
}
