/** What clicks and keys do to the selection, also where rows have to be asked for first. */
import { placeAfterKey } from '../accounts/mailbox/selection.ts';
import type { QueueList } from './queue-list-state.ts';
import { extendTo, moveTo, selectAll, selectOne, toggle } from './selection.ts';

/** `add` extends without giving up what was selected; `move` selects nothing. */
export type Choice = 'one' | 'toggle' | 'extend' | 'add' | 'move';

export interface Chooser {
  choose(index: number, choice: Choice): Promise<void>;
  chooseAll(): void;
  /** Where a key leads from where the last one led; undefined for keys that lead nowhere. */
  placeOf(key: string, visible: number): number | undefined;
}

/** @param onChoose is told before anything is chosen */
export function createChooser(list: QueueList, onChoose: () => void): Chooser {
  /** Only the last of several wishes is fulfilled; those before may be out still. */
  let turn = 0;
  let heading: number | undefined;

  async function choose(index: number, choice: Choice): Promise<void> {
    onChoose();
    const mine = ++turn;
    heading = index;
    const { anchor } = list.state.get().selection;
    // Nothing is waited for where it is known already, so that keys held down lose no step.
    const row = list.state.get().rows.get(index) ?? (await list.at(index).catch(() => undefined));
    if (mine !== turn) return;
    heading = undefined;
    if (!row) return;
    const place = { index, id: row.id };
    if (choice === 'extend' || choice === 'add') {
      const from = anchor?.index ?? index;
      const [first, last] = from < index ? [from, index] : [index, from];
      heading = index;
      const range = list.loadedIds(first, last) ?? (await list.ids(first, last).catch(() => []));
      if (mine !== turn) return;
      heading = undefined;
      if (range.length > 0) list.select(extendTo(list.state.get().selection, range, place, choice === 'add'));
    } else if (choice === 'toggle') list.select(toggle(list.state.get().selection, place));
    else if (choice === 'move') list.select(moveTo(list.state.get().selection, place));
    else list.select(selectOne(place));
  }

  return {
    choose,
    chooseAll() {
      onChoose();
      turn++;
      const { selection, total = 0, readAt } = list.state.get();
      if (total > 0) list.select(selectAll(selection, { count: total, until: readAt }));
    },
    placeOf(key, visible) {
      const { selection, total = 0 } = list.state.get();
      return placeAfterKey(key, heading ?? selection.lead?.index ?? -1, total, visible);
    },
  };
}
