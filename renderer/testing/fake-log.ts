/** A mail log in memory that answers as the engine does, for tests of the Mail Log tab. */
import { ORPCError } from '@orpc/client';
import type { LogFilter, LogNews, LogPage, TranscriptView } from '../../server/contract/log.ts';
import { logMatcher } from '../../server/contract/log-match.ts';
import type { LogView } from '../../server/contract/views.ts';
import type { Client, Connection, Link } from '../client.ts';
import { createStore } from '../ui/store.ts';

interface PageInput {
  readonly filter: LogFilter;
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

export interface FakeLog {
  readonly connection: Connection & { readonly link: ReturnType<typeof createStore<Link>> };
  /** Oldest first. */
  readonly entries: LogView[];
  readonly transcripts: TranscriptView[];
  /** What was asked for in pages, as it arrived. */
  readonly asked: PageInput[];
  /** How many follow it right now. */
  readonly followers: () => number;
  /** What every page fails with. */
  problem: Error | undefined;
  /** Writes entries, and tells those who follow. */
  write(...more: Partial<LogView>[]): void;
  /** Keeps the next page that is asked for waiting until the returned function is called. */
  hold(): () => void;
}

/** 2026-11-22 14:00:00, local time. */
export const NOON = new Date(2026, 10, 22, 14, 0, 0);

/** Entry number id, from 1; they are a second apart. */
export function logged(id: number, more: Partial<LogView> = {}): LogView {
  return {
    id,
    at: new Date(NOON.getTime() + id * 1000),
    kind: 'session',
    level: 'info',
    session: '',
    message: '',
    address: '',
    host: '',
    text: `Entry ${id}`,
    ...more,
  };
}

export function createFakeLog(count: number): FakeLog {
  const entries = Array.from({ length: count }, (_, index) => logged(index + 1));
  const wake = new Set<() => void>();
  let followers = 0;
  let held: Promise<void> | undefined;
  const last = () => entries.at(-1)?.id ?? 0;

  const page = async (input: PageInput, { signal }: { signal?: AbortSignal } = {}): Promise<LogPage> => {
    fake.asked.push(input);
    const waiting = held;
    held = undefined;
    await waiting;
    signal?.throwIfAborted();
    if (fake.problem) throw fake.problem;
    const { filter, before = Number.POSITIVE_INFINITY, after, limit } = input;
    const found = entries
      .filter(logMatcher(filter))
      .filter(({ id }) => id < before && id > (after ?? 0))
      .reverse();
    const rows = after === undefined ? found.slice(0, limit) : found.slice(-limit);
    return { rows, more: found.length > rows.length, last: last() };
  };

  async function* news(filter: LogFilter, since: number, signal: AbortSignal): AsyncGenerator<LogNews> {
    const matches = logMatcher(filter);
    let seen = since;
    followers++;
    try {
      while (!signal.aborted) {
        const rows = entries.filter((entry) => entry.id > seen && matches(entry));
        seen = last();
        if (rows.length > 0) yield { rows, behind: 0 };
        await new Promise<void>((resolve) => {
          wake.add(resolve);
          signal.addEventListener('abort', () => resolve());
        });
      }
    } finally {
      followers--;
    }
  }

  const transcript = async ({ session }: { session: string }): Promise<TranscriptView> => {
    const found = fake.transcripts.find((one) => one.session === session);
    if (!found) throw new ORPCError('NOT_FOUND', { defined: true });
    return found;
  };
  const live = async (
    { filter, since }: { filter: LogFilter; since: number },
    { signal }: { signal: AbortSignal },
  ) => news(filter, since, signal);

  const fake: FakeLog = {
    connection: {
      client: { log: { page, live, transcript } } as unknown as Client,
      link: createStore<Link>({ state: 'connected' }),
    },
    entries,
    transcripts: [],
    asked: [],
    followers: () => followers,
    problem: undefined,
    write(...more) {
      for (const one of more) entries.push(logged(last() + 1, one));
      for (const resolve of wake) resolve();
      wake.clear();
    },
    hold() {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
  return fake;
}
