/** Errors that nobody caught: logged in full, and told to the person, who may go on or start afresh. */
import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { isHarmless } from '../server/host/harmless.ts';

export interface FaultsOptions {
  readonly process: Pick<NodeJS.Process, 'on' | 'off'>;
  /** Gets every error in full. */
  readonly log: (error: unknown, where: string) => void;
  readonly ask: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
  readonly restart: () => void;
}

/**
 * Keeps the app alive. What was accepted is committed, so going on can lose nothing; but what the error left half
 * done stays so until a fresh start, which is offered once at a time. Returns what ends the watching.
 */
export function watchFaults({ process, log, ask, restart }: FaultsOptions): () => void {
  let asking = false;
  const offer = async (error: unknown): Promise<void> => {
    if (asking) return;
    asking = true;
    const { response } = await ask({
      type: 'error',
      title: 'Waypost',
      message: 'Something went wrong in Waypost.',
      detail: `${String(error)}\n\nMail that was accepted is safe. Waypost goes on; restart it when it suits you.`,
      buttons: ['Restart Waypost', 'Go On'],
      defaultId: 0,
      cancelId: 1,
    }).finally(() => {
      asking = false;
    });
    if (response === 0) restart();
  };
  const onException = (error: unknown): void => {
    log(error, 'uncaught error');
    if (!isHarmless(error)) offer(error).catch((failure: unknown) => log(failure, 'dialog'));
  };
  // The work that failed is given up, all other goes on.
  const onRejection = (error: unknown): void => log(error, 'unhandled rejection');
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onException);
    process.off('unhandledRejection', onRejection);
  };
}
