import { useEffect, useRef, useState } from 'react';

/** Milliseconds of quiet after which what is typed counts. */
const TYPING_MS = 200;

/**
 * A text that counts once its writer pauses; an emptied one counts at once.
 * @param told what counts now, which may also be changed from elsewhere
 * @param onChange takes what counts from now on
 */
export function useTyped(
  told: string,
  onChange: (text: string) => void,
): readonly [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(told);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => setText(told), [told]);
  useEffect(() => {
    if (text === told) return;
    const timer = setTimeout(() => tell.current(text), text === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, told]);
  return [text, setText];
}
