import { useEffect, useRef } from 'react';
import type { QueueRowView } from '../../server/contract/queue.ts';
import type { QueueList, QueueListState } from './queue-list-state.ts';

/**
 * The recipient whom the keys are at, also when scrolled out of view or gone: then as last known.
 * @param isWanted whether somebody looks, and it has to be up to date
 */
export function useLead(
  list: QueueList,
  { rows, selection: { lead }, readAt, gone }: QueueListState,
  isWanted: boolean,
): { row: QueueRowView | undefined; isGone: boolean } {
  const last = useRef<QueueRowView>(undefined);
  const at = lead && rows.get(lead.index);
  const row = at?.id === lead?.id ? at : undefined;
  if (row) last.current = row;
  const isMissing = isWanted && lead !== undefined && !lead.isGone && !row;
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew after each refresh
  useEffect(() => {
    if (isMissing) list.at(lead.index).catch(() => {});
  }, [list, isMissing, lead?.index, readAt]);
  if (!lead) return { row: undefined, isGone: false };
  const known = row ?? (last.current?.id === lead.id ? last.current : undefined);
  return { row: known, isGone: lead.isGone === true || gone.has(lead.id) };
}
