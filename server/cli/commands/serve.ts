import type { Command } from 'commander';
import { resolveDataFolder } from '../../host/data-folder.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../session.ts';
import { DEFAULT_UI, parseUiAddress } from '../ui-address.ts';

interface ServeOptions {
  /** False with --no-ui. */
  readonly ui?: string | false;
  readonly uiAllowRemote?: boolean;
  readonly settings?: string;
}

export function addServe(program: Command, io: Io): void {
  program
    .command('serve')
    .description('run the mail server until it is stopped')
    .option('--settings <file>', 'merge a JSON file ("-": standard input) into the settings first')
    .option('--ui <host:port>', 'address of the settings window (default: 127.0.0.1:8025)')
    .option('--no-ui', 'no settings window')
    .option('--ui-allow-remote', 'let other machines reach it; needs a certificate in the settings')
    .action(async ({ ui, uiAllowRemote = false, settings }: ServeOptions, command: Command) => {
      const at = ui === undefined ? DEFAULT_UI : ui === false ? undefined : parseUiAddress(ui, uiAllowRemote);
      const { data, json = false } = command.optsWithGlobals<SharedOptions>();
      // Only this command needs the engine; the others start faster without.
      const [{ serve }, { startHere }] = await Promise.all([
        import('../serve.ts'),
        import('../../host/engine-start.ts'),
      ]);
      await serve(
        { dataFolder: resolveDataFolder(data, io.env), settingsFile: settings, json, ui: at },
        io,
        startHere,
      );
    });
}
