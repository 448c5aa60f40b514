import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { queueText } from '../texts.ts';
import { plural } from '../units.ts';

interface Action {
  readonly name: 'retry' | 'hold' | 'release' | 'remove';
  readonly ids: '<id...>' | '[id...]';
  readonly description: string;
  readonly done: (recipients: string) => string;
}

const ACTIONS: readonly Action[] = [
  {
    name: 'retry',
    ids: '[id...]',
    description: 'try the given recipients again now; all when none is given',
    done: (recipients) => `Trying ${recipients} again now.`,
  },
  {
    name: 'hold',
    ids: '<id...>',
    description: 'keep a recipient in the queue without trying',
    done: (recipients) => `Holding ${recipients}.`,
  },
  {
    name: 'release',
    ids: '<id...>',
    description: 'let a held recipient be tried again',
    done: (recipients) => `Released ${recipients}.`,
  },
  {
    name: 'remove',
    ids: '<id...>',
    description: 'take a recipient out of the queue; nobody is told',
    done: (recipients) => `Removed ${recipients} from the queue.`,
  },
];

export function addQueue(program: Command, io: Io): void {
  const group = program.command('queue').description('manage the mail that waits to be sent');

  group
    .command('list')
    .description('list the recipients that wait')
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      await show(await client.queue.list(), queueText);
    });

  for (const { name, ids, description, done } of ACTIONS) {
    group
      .command(`${name} ${ids}`)
      .description(description)
      .action(async (given: string[], _options: unknown, command: Command) => {
        const { client, show } = openSession(io, command);
        const result = await client.queue[name]({ ids: given });
        await show(result, ({ count }) => done(plural(count, 'recipient')));
      });
  }
}
