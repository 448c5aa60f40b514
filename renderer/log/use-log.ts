import { useEffect } from 'react';
import type { Connection } from '../client.ts';
import { useStore } from '../ui/store.ts';
import { createLogList, type LogList } from './log-list.ts';
import type { LogListState } from './log-state.ts';

const lists = new WeakMap<Connection, LogList>();

/** The one list of a connection: whoever comes back to the tab finds it as it was, and what is new since. */
export function logListOf(connection: Connection): LogList {
  const known = lists.get(connection);
  if (known) return known;
  const list = createLogList(connection);
  // Its first page comes while the tab is still being built.
  list.open();
  lists.set(connection, list);
  return list;
}

/** The state of the list, which follows the log as long as somebody looks at it. */
export function useLog(list: LogList): LogListState {
  useEffect(() => list.follow(), [list]);
  return useStore(list.state);
}
