import { isDefinedError } from '@orpc/client';
import { useEffect, useRef, useState } from 'react';
import type { MailView } from '../../../server/contract/views.ts';
import type { Client } from '../../client.ts';
import { problemText } from '../../problem.ts';
import { sizeText } from '../../status/words.ts';
import { fetchRaw, mailSource } from './fetch-raw.ts';
import { messageFileName } from './file-name.ts';
import { saveFile } from './save-file.ts';

export interface Saving {
  /** How far it is or why it failed, '' when there is nothing to say. */
  readonly text: string;
  readonly isBusy: boolean;
  save(): void;
  cancel(): void;
}

/** Saves a whole message as an .eml file, whatever its size. Leaving the message ends it. */
export function useSave(client: Client, address: string, mail: MailView): Saving {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const running = useRef<AbortController>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each message anew
  useEffect(() => {
    setText('');
    setBusy(false);
    return () => running.current?.abort();
  }, [mail.id]);

  const save = async () => {
    const stop = new AbortController();
    running.current = stop;
    setBusy(true);
    try {
      const onProgress = (fetched: number, total: number) =>
        fetched < total && setText(`Fetching… ${sizeText(fetched)} of ${sizeText(total)}`);
      const { bytes } = await fetchRaw(mailSource(client, address, mail.id), {
        signal: stop.signal,
        onProgress,
      });
      saveFile(bytes, messageFileName(mail.subject));
      setText('');
    } catch (error) {
      if (stop.signal.aborted) return;
      setText(isDefinedError(error) ? GONE : problemText(error as Error));
    } finally {
      if (running.current === stop) setBusy(false);
    }
  };
  return {
    text,
    isBusy,
    save: () => void save(),
    cancel: () => {
      running.current?.abort();
      setText('');
    },
  };
}

export const GONE = 'This message is no longer there: it was deleted elsewhere.';
