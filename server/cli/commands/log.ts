import { type Command, Option } from 'commander';
import { MOST_LOG_ROWS } from '../../contract/log.ts';
import type { LogView } from '../../contract/views.ts';
import { WrongUsage } from '../../host/failure.ts';
import { wholeNumber } from '../arguments.ts';
import type { Client } from '../client.ts';
import type { Io } from '../io.ts';
import { followLog } from '../log-follow.ts';
import { openSession } from '../session.ts';
import { logText, transcriptText } from '../texts.ts';

interface LogOptions {
  readonly grep?: string;
  readonly limit?: number;
  readonly follow?: boolean;
  readonly session?: string;
}

const LIMIT = 1000;
/** How much of what has been is shown before what comes. */
const FOLLOW_LIMIT = 10;

export function addLog(program: Command, io: Io): void {
  program
    .command('log')
    .description('show the mail log, oldest entry first')
    .option('--grep <text>', 'only entries that contain this text, in any column')
    .addOption(
      new Option(
        '--limit <n>',
        `how many of the newest entries to show (default: ${LIMIT}, ${FOLLOW_LIMIT} with --follow)`,
      ).argParser(wholeNumber(1, 100_000)),
    )
    .option('--follow', 'go on with new entries until Ctrl+C; with --json, one object a line')
    .option('--session <id>', 'the transcript of this session or attempt instead')
    .action(async (options: LogOptions, command: Command) => {
      const { grep, limit, follow = false, session } = options;
      const { client, json, show } = openSession(io, command);
      if (session !== undefined) {
        if (follow || grep !== undefined || limit !== undefined)
          throw new WrongUsage('--session shows one transcript; use it without --grep, --limit and --follow');
        return show(await client.log.transcript({ session }), transcriptText);
      }
      const { rows, last } = await newest(client, grep, limit ?? (follow ? FOLLOW_LIMIT : LIMIT));
      if (follow) return followLog(io, client, { grep, json, rows, last });
      await show(rows, (entries) => logText(entries, grep));
    });
}

/** The newest entries, oldest first, part by part; and the id of the newest entry of all. */
async function newest(
  client: Client,
  text: string | undefined,
  limit: number,
): Promise<{ rows: LogView[]; last: number }> {
  const parts: LogView[][] = [];
  let left = limit;
  let before: number | undefined;
  for (;;) {
    const page = await client.log.page({ filter: { text }, before, limit: Math.min(left, MOST_LOG_ROWS) });
    parts.push(page.rows);
    left -= page.rows.length;
    before = page.rows.at(-1)?.id;
    if (!page.more || left === 0) return { rows: parts.flat().reverse(), last: page.last };
  }
}
