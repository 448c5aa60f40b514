import type { Command } from 'commander';
import type { DiagnosisView, StepView } from '../../contract/diagnose.ts';
import { Failure } from '../../host/failure.ts';
import { escapeControls } from '../escape.ts';
import { type Io, writeJson, writeText } from '../io.ts';
import { openSession } from '../session.ts';

/** `waypost test …`: what telnet was for. Each step is printed as it ends. */
export function addTest(program: Command, io: Io): void {
  const group = program.command('test').description('try the ways that mail takes, step by step');

  group
    .command('smart-host')
    .description('try the SmartHost of the settings, from its name to a signed-in session')
    .option('--send-to <address>', 'send a short message there as well')
    .action(async ({ sendTo }: { sendTo?: string }, command: Command) => {
      const { client, json } = openSession(io, command);
      await tell(io, json, await client.diagnose.smartHost({ sendTo }));
    });

  group
    .command('port-25 [host...]')
    .description('see whether other mail servers can be reached; by the usual ones when none is named')
    .action(async (hosts: string[], _options: unknown, command: Command) => {
      const { client, json } = openSession(io, command);
      await tell(io, json, await client.diagnose.port25({ hosts }));
    });

  group
    .command('incoming')
    .description('see whether the own ports answer as Waypost')
    .action(async (_options: unknown, command: Command) => {
      const { client, json } = openSession(io, command);
      await tell(io, json, await client.diagnose.incoming());
    });
}

/** Prints the steps as they end, or all of it as one JSON value. Rejects when a step has failed: exit code 1. */
async function tell(io: Io, json: boolean, views: AsyncIterable<DiagnosisView>): Promise<void> {
  let last: DiagnosisView | undefined;
  const told = new Set<string>();
  for await (const view of views) {
    last = view;
    if (json) continue;
    for (const step of view.steps) {
      if (step.state === 'running' || told.has(step.id)) continue;
      told.add(step.id);
      await writeText(io, stepText(step));
    }
  }
  if (!last) throw new Failure('Waypost did not answer.');
  if (json) await writeJson(io, last);
  else await writeText(io, `\n${escapeControls(last.summary)}`);
  const failed = last.steps.filter(({ state }) => state === 'failed').map(({ title }) => title);
  if (failed.length > 0) throw new Failure(`Failed: ${failed.join('; ')}.`);
}

const WORDS: Readonly<Record<StepView['state'], string>> = {
  running: '…',
  passed: 'ok',
  warning: 'note',
  failed: 'FAILED',
  skipped: '-',
};

/** "ok      Connect to port 587 (12 ms)  192.0.2.1 answers." and below it what to do. */
function stepText({ title, state, ms, detail, advice }: StepView): string {
  const time = ms > 0 ? ` (${ms} ms)` : '';
  const line = `${WORDS[state].padEnd(7)} ${escapeControls(title)}${time}  ${escapeControls(detail)}`;
  return advice === '' ? line : `${line}\n        ${escapeControls(advice)}`;
}
