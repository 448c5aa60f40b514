/** Why the app can't start, for the person who started it, with what to do. */
import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { Failure, systemReason } from '../server/host/failure.ts';
import { AlreadyRunning } from '../server/host/lock.ts';
import { readRunFile } from '../server/host/run-file.ts';

export interface ExplainOptions {
  readonly dataFolder: string;
  readonly ask: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
  readonly openExternal: (url: string) => Promise<void>;
}

/** Shows why; where a service runs on the folder already, its settings can be opened instead. */
export async function explainFailure(error: unknown, options: ExplainOptions): Promise<void> {
  const { dataFolder, ask, openExternal } = options;
  const ui = error instanceof AlreadyRunning ? readRunFile(dataFolder)?.ui : undefined;
  const box = { type: 'error', title: 'Waypost', message: 'Waypost can’t start.' } as const;
  const { response } = await ask({
    ...box,
    detail: detailOf(error, ui ?? undefined),
    buttons: ui ? ['Open Its Settings', 'Close'] : ['Close'],
    defaultId: 0,
    cancelId: ui ? 1 : 0,
  });
  if (ui && response === 0) await openExternal(ui);
}

function detailOf(error: unknown, ui: string | undefined): string {
  if (error instanceof AlreadyRunning) {
    return `${error.message} ${ui ? 'It has a settings window of its own.' : 'Stop that one first.'}`;
  }
  return error instanceof Failure ? error.message : `${systemReason(error)}.`;
}
