import { useEffect, useRef } from 'react';
import type { LiveView } from '../../server/contract/views.ts';
import type { Connection } from '../client.ts';
import { perConnection } from '../ui/per-connection.ts';
import { useStore } from '../ui/store.ts';
import { createQueueList } from './queue-list.ts';
import type { QueueList, QueueListState } from './queue-list-state.ts';

/** The one list of a connection: whoever comes back to the tab finds filter and selection as they were. */
export const queueListOf = perConnection(({ client }) => createQueueList(client));

const LOOK_MS = 250;
const SOONEST_MS = 1_000;
/** The engine is kept busy by refreshing for this part of the time, at most. */
const SHARE = 1 / 10;
/** For what nobody tells of, such as what another window did to a single recipient. */
const NOW_AND_THEN_MS = 15_000;

/** The state of the list, which is asked for anew when something has changed, at most once a second. */
export function useQueue(list: QueueList, connection: Connection, live: LiveView): QueueListState {
  const state = useStore(list.state);
  const isConnected = useStore(connection.link).state === 'connected';
  const { paused, queue } = live.status;
  const heard = JSON.stringify([paused, queue, live.revision, live.outgoing.map(({ message }) => message)]);
  const now = useRef({ heard, isPaused: paused.outgoing });
  now.current = { heard, isPaused: paused.outgoing };
  useEffect(() => {
    if (!isConnected) return;
    let endedAt = Number.NEGATIVE_INFINITY;
    let asked = '';
    let isBusy = false;
    const refresh = async () => {
      isBusy = true;
      asked = now.current.heard;
      await list.refresh();
      isBusy = false;
      endedAt = performance.now();
    };
    const look = () => {
      const rested = performance.now() - endedAt;
      if (isBusy || document.hidden || rested < Math.max(SOONEST_MS, list.tookMs / SHARE)) return;
      const changed = now.current.heard !== asked;
      if (changed || rested > NOW_AND_THEN_MS || isMoving(list, now.current.isPaused)) void refresh();
    };
    void refresh();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [list, isConnected]);
  return state;
}

/** Somebody in view is being sent, or could be any moment. */
function isMoving(list: QueueList, isPaused: boolean): boolean {
  const now = Date.now();
  return list
    .inView()
    .some(
      ({ state, nextAttemptAt }) =>
        state === 'sending' ||
        (!isPaused && nextAttemptAt !== null && nextAttemptAt.getTime() <= now && state !== 'held'),
    );
}
