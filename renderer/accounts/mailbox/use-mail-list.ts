import { useEffect, useRef, useState } from 'react';
import type { Client } from '../../client.ts';
import { useStore } from '../../ui/store.ts';
import { createMailList, type MailList, type MailListState } from './mail-list.ts';
import { follow, NOTHING_SELECTED, type Selection } from './selection.ts';

export interface MailboxState {
  readonly list: MailList;
  readonly state: MailListState;
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
}

/** The list of a mailbox with what is selected in it, which stays selected when the list moves. */
export function useMailList(client: Client, address: string): MailboxState {
  const [list] = useState(() => createMailList(client, address));
  const state = useStore(list.state);
  const [selection, select] = useState<Selection>(NOTHING_SELECTED);
  const before = useRef(state.rows);
  useEffect(() => {
    const { rows, total } = state;
    const earlier = before.current;
    before.current = rows;
    if (total !== undefined) select((selected) => follow(selected, earlier, rows, total));
  }, [state]);
  return { list, state, selection, select };
}
