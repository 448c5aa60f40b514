import { Argument, type Command } from 'commander';
import { type Direction, directions } from '../../contract/views.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { trafficText } from '../texts.ts';

const ACTIONS = {
  pause: 'pause receiving or sending, until it is resumed or Waypost restarts',
  resume: 'receive or send again',
} as const;

export function addTraffic(program: Command, io: Io): void {
  for (const name of ['pause', 'resume'] as const) {
    program
      .command(name)
      .description(ACTIONS[name])
      .addArgument(new Argument('<direction>', 'incoming: receiving, outgoing: sending').choices(directions))
      .action(async (direction: Direction, _options: unknown, command: Command) => {
        const { client, show } = openSession(io, command);
        const paused = await client.traffic[name]({ direction });
        await show(paused, () => trafficText(direction, paused[direction]));
      });
  }
}
