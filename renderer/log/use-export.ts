import { useEffect, useRef, useState } from 'react';
import type { LogFilter } from '../../server/contract/log.ts';
import { saveFile } from '../accounts/mailbox/save-file.ts';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';
import type { Notice } from '../ui/said.tsx';
import { exportLog, exportName, type Format } from './export.ts';
import { countText } from './words.ts';

export interface Exporting {
  readonly isBusy: boolean;
  begin(filter: LogFilter, format: Format): void;
  cancel(): void;
}

/** Exports the log to a file. @param say takes how far it is and how it ended; '' when there is nothing to say */
export function useExport(
  client: Pick<Client, 'log'>,
  say: (kind: Notice['kind'], text: string) => void,
): Exporting {
  const [isBusy, setBusy] = useState(false);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);

  const begin = async (filter: LogFilter, format: Format) => {
    const stop = new AbortController();
    running.current?.abort();
    running.current = stop;
    setBusy(true);
    try {
      say('info', 'Exporting…');
      const { content, count } = await exportLog(client, filter, format, {
        signal: stop.signal,
        onProgress: (sofar) => say('info', `Exporting… ${countText(sofar)}`),
      });
      saveFile(content, exportName(new Date(), format));
      say('done', `${countText(count)} exported.`);
    } catch (error) {
      if (!stop.signal.aborted) say('problem', problemText(error as Error));
    } finally {
      if (running.current === stop) setBusy(false);
    }
  };
  return {
    isBusy,
    begin: (filter, format) => void begin(filter, format),
    cancel: () => {
      running.current?.abort();
      say('info', '');
    },
  };
}
