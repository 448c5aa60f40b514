import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { statusText } from '../texts.ts';

export function addStatus(program: Command, io: Io): void {
  program
    .command('status')
    .description('show listeners, connections, pauses and the queue')
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      await show(await client.status.get(), (status) => statusText(status, new Date()));
    });
}
