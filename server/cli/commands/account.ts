import { type Command, Option } from 'commander';
import { WrongUsage } from '../../host/failure.ts';
import { collect, wholeNumber } from '../arguments.ts';
import { escapeControls } from '../escape.ts';
import type { Io } from '../io.ts';
import { readPassword } from '../password.ts';
import { openSession } from '../session.ts';
import { accountsText } from '../texts.ts';
import { plural } from '../units.ts';

interface AccountOptions {
  /** False when the aliases are to be removed. */
  alias?: string[] | false;
  quota?: number;
  enable?: true;
  disable?: true;
}

export function addAccount(program: Command, io: Io): void {
  const group = program.command('account').description('manage the accounts with a mailbox on this server');

  group
    .command('add <address>')
    .description('add an account')
    .requiredOption('--password-stdin', 'read the password from the first line of standard input')
    .addOption(aliasOption('another address of the account (may be given several times)'))
    .addOption(quotaOption())
    .action(async (address: string, { alias, quota }: AccountOptions, command: Command) => {
      const { client, show } = openSession(io, command);
      const password = await readPassword(io.stdin);
      const aliases = alias || undefined;
      const account = await client.accounts.add({ address, password, aliases, quotaMB: quota });
      await show(account, () => `Added ${escapeControls(account.address)}.`);
    });

  group
    .command('list')
    .description('list the accounts')
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      await show(await client.accounts.list(), accountsText);
    });

  group
    .command('remove <address>')
    .description('remove an account and all mail in its mailbox')
    .action(async (address: string, _options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      const { removedMessages } = await client.accounts.remove({ address });
      const mail = plural(removedMessages, 'message');
      await show({ address, removedMessages }, () => `Removed ${escapeControls(address)} with ${mail}.`);
    });

  group
    .command('passwd <address>')
    .description('change the password of an account')
    .requiredOption('--password-stdin', 'read the password from the first line of standard input')
    .action(async (address: string, _options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      const password = await readPassword(io.stdin);
      const account = await client.accounts.update({ address, password });
      await show(account, () => `Changed the password of ${escapeControls(account.address)}.`);
    });

  group
    .command('set <address>')
    .description('change an account')
    .addOption(aliasOption('another address of the account; all those given replace the present ones'))
    .option('--no-alias', 'remove all aliases')
    .addOption(quotaOption())
    .addOption(new Option('--enable', 'let the account sign in and receive mail').conflicts('disable'))
    .option('--disable', 'keep the account and its mail, but refuse sign-ins and new mail')
    .action(async (address: string, { alias, quota, enable, disable }: AccountOptions, command: Command) => {
      const aliases = alias === false ? [] : alias;
      const enabled = enable ?? (disable ? false : undefined);
      if (aliases === undefined && quota === undefined && enabled === undefined) {
        throw new WrongUsage('Say what to change: --alias, --no-alias, --quota, --enable or --disable.');
      }
      const { client, show } = openSession(io, command);
      const account = await client.accounts.update({ address, aliases, quotaMB: quota, enabled });
      await show(account, () => accountsText([account]));
    });
}

function aliasOption(description: string): Option {
  return new Option('--alias <address>', description).argParser(collect);
}

function quotaOption(): Option {
  return new Option('--quota <MB>', 'space for the mailbox in MB, 0 for no limit').argParser(
    wholeNumber(0, 1_000_000_000),
  );
}
