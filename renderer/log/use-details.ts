import { isDefinedError } from '@orpc/client';
import { useEffect, useState } from 'react';
import type { TranscriptView } from '../../server/contract/log.ts';
import type { LogView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';

type LogClient = Pick<Client, 'log'>;

/** What was asked for; `at` tells for whom, so that an answer for another is not taken for this one's. */
export interface Asked<T> {
  readonly at: string;
  readonly value: T | undefined;
  /** Why there is none, '' while it is asked for or when it is there. */
  readonly problem: string;
}

/** Most entries of one session or message. */
export const MOST_RELATED = 500;
/** Milliseconds of rest before asking, since the arrow keys run through many entries. */
const REST_MS = 80;

/** All entries of a message, or of a session, oldest first. @param version asks anew when it changes */
export function useRelated(
  client: LogClient,
  by: 'message' | 'session',
  id: string,
  version: string,
): Asked<{ entries: readonly LogView[]; more: boolean }> {
  return useAsked(`${by} ${id}`, id !== '', version, async (signal) => {
    const { rows, more } = await client.log.page({ filter: { [by]: id }, limit: MOST_RELATED }, { signal });
    return { entries: rows.toReversed(), more };
  });
}

/** The dialogue of a session or attempt. */
export function useTranscript(client: LogClient, session: string, version: string): Asked<TranscriptView> {
  return useAsked(session, session !== '', version, (signal) =>
    client.log.transcript({ session }, { signal }),
  );
}

function useAsked<T>(
  at: string,
  isWanted: boolean,
  version: string,
  ask: (signal: AbortSignal) => Promise<T>,
): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ at: '', value: undefined, problem: '' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked for is named by `at`
  useEffect(() => {
    if (!isWanted) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const value = await ask(stop.signal);
        if (!stop.signal.aborted) setAsked({ at, value, problem: '' });
      } catch (error) {
        if (stop.signal.aborted) return;
        const problem = isDefinedError(error) ? NONE : problemText(error as Error);
        setAsked({ at, value: undefined, problem });
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [at, isWanted, version]);
  return asked.at === at ? asked : { at, value: undefined, problem: '' };
}

const NONE =
  'There is no transcript: it is written when a session is over, and removed with the log of its time.';
