/** `waypost log --follow`: what comes, line by line, until somebody ends it or the server is gone. */
import type { LogView } from '../contract/views.ts';
import { Failure } from '../host/failure.ts';
import type { Client } from './client.ts';
import { type Io, OutputClosed, writeJsonLine, writeText } from './io.ts';
import { logLine } from './texts.ts';

export interface Follow {
  readonly grep: string | undefined;
  /** One object a line instead of text. */
  readonly json: boolean;
  /** What is shown first, oldest first. */
  readonly rows: readonly LogView[];
  /** The id after which what comes begins. */
  readonly last: number;
}

/** Resolves at Ctrl+C; rejects with `Failure` when the server goes away. */
export async function followLog(io: Io, client: Client, { grep, json, rows, last }: Follow): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  for (const signal of SIGNALS) io.events.on(signal, stop);
  const print = async (entries: readonly LogView[]) => {
    for (const entry of entries) {
      if (end.signal.aborted) return;
      await (json ? writeJsonLine(io, entry) : writeText(io, logLine(entry)));
    }
  };
  try {
    await print(rows);
    const input = { filter: { text: grep }, since: last };
    for await (const news of await client.log.live(input, { signal: end.signal })) await print(news.rows);
    if (!end.signal.aborted) throw gone();
  } catch (error) {
    if (error instanceof Failure || error instanceof OutputClosed) throw error;
    if (!end.signal.aborted) throw gone();
  } finally {
    for (const signal of SIGNALS) io.events.off(signal, stop);
    stop();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function gone(): Failure {
  return new Failure('Waypost has stopped, so there is nothing to follow any more.');
}
