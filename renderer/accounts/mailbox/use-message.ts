import { isDefinedError } from '@orpc/client';
import { useEffect, useState } from 'react';
import type { Client } from '../../client.ts';
import { problemText } from '../../problem.ts';
import { fetchRaw, MOST_SHOWN_BYTES, mailSource, type RawSource } from './fetch-raw.ts';
import { type Letter, readHead, readMessage } from './read-message.ts';

/** A message on its way to be read. */
export type Opened =
  | { readonly state: 'loading' }
  | { readonly state: 'open'; readonly letter: Letter }
  /** Too large to be shown; the letter is only its head. */
  | { readonly state: 'large'; readonly letter: Letter; readonly total: number }
  /** Its bytes are there, but can't be made sense of. */
  | { readonly state: 'unreadable' }
  | { readonly state: 'gone' }
  | { readonly state: 'failed'; readonly problem: string };

const LOADING: Opened = { state: 'loading' };

/** Whoever goes down the list with the arrow keys held does not want every message on the way. */
const PAUSE_MS = 120;

/**
 * Opens a message. @param gone is called when it turns out that there is no such message any more
 */
export function useMessage(client: Client, address: string, id: string, gone: () => void): Opened {
  const [opened, setOpened] = useState<{ id: string; result: Opened }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a message is opened once, whoever hears of its end
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      void openMessage(mailSource(client, address, id), stop.signal).then((result) => {
        if (stop.signal.aborted) return;
        setOpened({ id, result });
        if (result.state === 'gone') gone();
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, address, id]);
  return opened?.id === id ? opened.result : LOADING;
}

/** Fetches a message and reads it. Never rejects. */
export async function openMessage(source: RawSource, signal: AbortSignal): Promise<Opened> {
  try {
    const { total, bytes } = await fetchRaw(source, { signal, most: MOST_SHOWN_BYTES });
    const content = await bytes.arrayBuffer();
    try {
      if (total > MOST_SHOWN_BYTES) return { state: 'large', letter: await readHead(content), total };
      return { state: 'open', letter: await readMessage(content) };
    } catch {
      return { state: 'unreadable' };
    }
  } catch (error) {
    if (isDefinedError(error)) return { state: 'gone' };
    return { state: 'failed', problem: problemText(error as Error) };
  }
}
