import type { Command } from 'commander';
import { Failure } from '../../host/failure.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { queueText } from '../texts.ts';
import { plural } from '../units.ts';

interface Action {
  readonly name: 'retry' | 'hold' | 'release';
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

  group
    .command('remove <id...>')
    .description('take a recipient out of the queue; nobody is told')
    .action(async (given: string[], _options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      const result = await client.queue.remove({ ids: given });
      const { count, busy } = result;
      const stay = `${plural(busy, 'recipient')} ${busy === 1 ? 'is' : 'are'} being sent just now and can't be removed; try again in a moment.`;
      if (count === 0 && busy > 0) throw new Failure(stay);
      await show(result, () =>
        [`Removed ${plural(count, 'recipient')} from the queue.`, ...(busy > 0 ? [stay] : [])].join(' '),
      );
    });
}
