import { useEffect } from 'react';
import { perConnection } from '../ui/per-connection.ts';
import { useStore } from '../ui/store.ts';
import { createLogList, type LogList } from './log-list.ts';
import type { LogListState } from './log-state.ts';

/** The one list of a connection: whoever comes back to the tab finds it as it was, and what is new since. */
export const logListOf = perConnection((connection) => {
  const list = createLogList(connection);
  // Its first page comes while the tab is still being built.
  list.open();
  return list;
});

/** The state of the list, which follows the log as long as somebody looks at it. */
export function useLog(list: LogList): LogListState {
  useEffect(() => list.follow(), [list]);
  return useStore(list.state);
}
