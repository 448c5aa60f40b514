import { useEffect, useState } from 'react';
import type { Client } from '../client.ts';

/** Milliseconds without a keystroke before the engine is asked. */
const PAUSE = 150;

/**
 * What applying `patch` would do, in the engine's words; '' while that is not known. The patch is compared by
 * its content.
 */
export function usePreview(client: Client, patch: object | undefined): string {
  const key = patch === undefined ? '' : JSON.stringify(patch);
  const [preview, setPreview] = useState({ key: '', text: '' });
  useEffect(() => {
    if (key === '') return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.settings.preview({ patch: JSON.parse(key) }, { signal: abort.signal }).then(
        ({ sentences }) => setPreview({ key, text: sentences.join(' ') }),
        // Whatever stands in the way will be said, beside its field, when it is applied.
        () => setPreview({ key, text: '' }),
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, key]);
  // While the next answer is out the last one stays, so that the line does not flicker.
  return key === '' ? '' : preview.text;
}
