import { type Command, Option } from 'commander';
import { resolveDataFolder } from '../data-folder.ts';
import { WrongUsage } from '../failure.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../session.ts';

interface ServeOptions {
  /** False with --no-ui. */
  readonly ui?: string | false;
  readonly settings?: string;
}

export function addServe(program: Command, io: Io): void {
  program
    .command('serve')
    .description('run the mail server until it is stopped')
    .option('--settings <file>', 'merge a JSON file ("-": standard input) into the settings first')
    .addOption(new Option('--ui <host:port>', 'address of the settings window').hideHelp())
    .option('--no-ui', 'no settings window')
    .action(async ({ ui, settings }: ServeOptions, command: Command) => {
      if (typeof ui === 'string') {
        throw new WrongUsage('The settings window is not part of this version yet.');
      }
      const { data, json = false } = command.optsWithGlobals<SharedOptions>();
      // Only this command needs the engine; the others start faster without.
      const [{ serve }, { startHere }] = await Promise.all([
        import('../serve.ts'),
        import('../engine-start.ts'),
      ]);
      await serve(
        { dataFolder: resolveDataFolder(data, io.env), settingsFile: settings, json },
        io,
        startHere,
      );
    });
}
