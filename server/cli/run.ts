/** Runs one command from its arguments to its exit code. */
import { CommanderError } from 'commander';
import { type Failure, toFailure, WrongUsage } from '../host/failure.ts';
import { complain, type Io, OutputClosed, write } from './io.ts';
import { createProgram } from './program.ts';

/**
 * Runs `waypost ARGS…` and resolves to its exit code: 0, 1 for an error, 2 for wrong usage. Never rejects.
 * @param args what follows `waypost`
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  // An error comes back from each write as well; unheard, its event would end the process.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', ignore);
  const help: string[] = [];
  try {
    await createProgram(io, help).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Whoever stops reading has got what they wanted.
    if (error instanceof OutputClosed) return 0;
    if (error instanceof CommanderError && error.exitCode === 0) {
      await write(io.stdout, help.join('')).catch(ignore);
      return 0;
    }
    const { lines, exitCode } = error instanceof CommanderError ? usageFailure(error) : toFailure(error);
    for (const line of lines) await complain(io, line);
    return exitCode;
  } finally {
    for (const stream of [io.stdout, io.stderr]) stream.off('error', ignore);
  }
}

/** Commander's own words, in one line. */
function usageFailure({ code, message }: CommanderError): Failure {
  if (code === 'commander.help') return new WrongUsage('Say what to do; see: waypost --help');
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n');
  const sentence = first.charAt(0).toUpperCase() + first.slice(1);
  return new WrongUsage([sentence, ...more].join(' ').trim());
}

function ignore(): void {}
