import { type Command, Option } from 'commander';
import { wholeNumber } from '../arguments.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { logText } from '../texts.ts';

export function addLog(program: Command, io: Io): void {
  program
    .command('log')
    .description('show the mail log, oldest entry first')
    .option('--grep <text>', 'only entries that contain this text, in any column')
    .addOption(
      new Option('--limit <n>', 'how many of the newest entries to show')
        .argParser(wholeNumber(1, 100_000))
        .default(1000),
    )
    .action(async ({ grep, limit }: { grep?: string; limit: number }, command: Command) => {
      const { client, show } = openSession(io, command);
      await show(await client.log.search({ text: grep, limit }), (entries) => logText(entries, grep));
    });
}
