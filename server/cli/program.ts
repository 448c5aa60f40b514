/** The command line: what there is, and how wrong usage is told. */
import { Command } from 'commander';
import { VERSION } from '../host/version.ts';
import { addAccount } from './commands/account.ts';
import { addLog } from './commands/log.ts';
import { addMail } from './commands/mail.ts';
import { addQueue } from './commands/queue.ts';
import { addServe } from './commands/serve.ts';
import { addSettings } from './commands/settings.ts';
import { addStatus } from './commands/status.ts';
import { addTest } from './commands/test.ts';
import { addTraffic } from './commands/traffic.ts';
import type { Io } from './io.ts';

/**
 * The whole command line. Parsing it runs the command and rejects with CommanderError for wrong usage and for
 * help; help is collected in `help` and what commander itself would say of errors is dropped: the caller does.
 */
export function createProgram(io: Io, help: string[]): Command {
  const program = new Command('waypost')
    .description('A mail server for one desktop or a small office.')
    .version(VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .option('--data <dir>', 'the data folder (default: that of this user, or WAYPOST_DATA)')
    .option('--json', 'print one JSON value')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => help.push(text), writeErr: () => {} });
  for (const add of [
    addServe,
    addStatus,
    addTraffic,
    addSettings,
    addAccount,
    addMail,
    addQueue,
    addLog,
    addTest,
  ])
    add(program, io);
  return program;
}
