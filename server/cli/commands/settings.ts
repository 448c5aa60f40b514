import type { Command } from 'commander';
import type { Client } from '../client.ts';
import type { Io } from '../io.ts';
import { readPatch } from '../read-patch.ts';
import { refusalOf, reportRefusal } from '../refusal.ts';
import { openSession } from '../session.ts';
import { appliedText } from '../texts.ts';

export function addSettings(program: Command, io: Io): void {
  const group = program.command('settings').description('show or change the settings');

  group
    .command('show')
    .description('show all settings; with --json in the form that "settings apply" takes')
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = openSession(io, command);
      const { settings } = await client.settings.get();
      // The table of the settings brings its schemas along, which no other command needs.
      await show(settings, async () => (await import('../settings-text.ts')).settingsText(settings));
    });

  group
    .command('apply <file>')
    .description('merge a JSON file ("-": standard input) into the settings and apply them')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { client, json, show } = openSession(io, command);
      try {
        await show(await apply(client, await readPatch(file, io.stdin)), appliedText);
      } catch (error) {
        const refusal = refusalOf(error);
        throw refusal ? await reportRefusal(io, refusal, json) : error;
      }
    });
}

async function apply(client: Client, patch: unknown) {
  const { revision, sentences, settings } = await client.settings.apply({ patch });
  return { revision, sentences, settings };
}
