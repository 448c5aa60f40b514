import { useEffect, useRef, useState } from 'react';
import type { LiveView } from '../../server/contract/views.ts';

/** Soon after mail came, and now and then for what nobody tells of, such as a message deleted elsewhere. */
const SOON_MS = 1000;
const NOW_AND_THEN_MS = 10_000;

/** A number that changes when mailboxes may have changed: time to ask again. */
export function usePulse(live: LiveView | undefined): number {
  const [pulse, setPulse] = useState(0);
  const heard = live && `${live.accounts} ${received(live)}`;
  const before = useRef(heard);
  useEffect(() => {
    const beat = () => setPulse((count) => count + 1);
    const timer = setInterval(beat, NOW_AND_THEN_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (before.current === heard) return;
    before.current = heard;
    const timer = setTimeout(() => setPulse((count) => count + 1), SOON_MS);
    return () => clearTimeout(timer);
  }, [heard]);
  return pulse;
}

function received({ perMinute }: LiveView): number {
  return perMinute.reduce((sum, minute) => sum + minute.received, 0);
}
