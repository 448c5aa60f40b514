/** Which rows are chosen, by their keys: with the mouse or the keys, as in a native list. Pure. */
import type { LogView } from '../../server/contract/views.ts';
import type { Row } from './groups.ts';

export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** Where the keys go on from. */
  readonly lead: string | undefined;
  /** Where a range begins. */
  readonly anchor: string | undefined;
}

export const NOTHING: Selection = { keys: new Set(), lead: undefined, anchor: undefined };

/** How a row is chosen: alone, in addition or not any more, with all from the anchor on, or only gone to. */
export type Choice = 'one' | 'toggle' | 'range' | 'move';

/** The selection after choosing the row at a place; a day can't be chosen. */
export function choose(selection: Selection, rows: readonly Row[], index: number, how: Choice): Selection {
  const row = rows[index];
  if (!row || row.type === 'day') return selection;
  const { key } = row;
  switch (how) {
    case 'one':
      return { keys: new Set([key]), lead: key, anchor: key };
    case 'move':
      return { ...selection, lead: key };
    case 'toggle': {
      const keys = new Set(selection.keys);
      if (!keys.delete(key)) keys.add(key);
      return { keys, lead: key, anchor: key };
    }
    case 'range': {
      const start = rows.findIndex((one) => one.key === selection.anchor);
      if (start < 0) return choose(selection, rows, index, 'one');
      const [low, high] = start < index ? [start, index] : [index, start];
      return { keys: keysOf(rows.slice(low, high + 1)), lead: key, anchor: selection.anchor };
    }
  }
}

/** All that is loaded. */
export function chooseAll(selection: Selection, rows: readonly Row[]): Selection {
  return { ...selection, keys: keysOf(rows) };
}

/** The entries that are chosen, in their order; those of a group with it. */
export function chosenEntries(selection: Selection, rows: readonly Row[]): LogView[] {
  const found = new Map<number, LogView>();
  for (const row of rows) {
    if (row.type === 'day' || !selection.keys.has(row.key)) continue;
    for (const entry of row.type === 'entry' ? [row.entry] : row.group.entries) found.set(entry.id, entry);
  }
  return [...found.values()].sort((one, two) => one.id - two.id);
}

/** The place to go to from `index` by a key, over days; undefined for other keys. @param page rows in view */
export function placeAfter(
  key: string,
  rows: readonly Row[],
  index: number,
  page: number,
): number | undefined {
  const last = rows.length - 1;
  const skip = (from: number, step: 1 | -1) => {
    let place = Math.min(last, Math.max(0, from));
    while (rows[place]?.type === 'day') place += step;
    return rows[place] ? place : undefined;
  };
  switch (key) {
    case 'ArrowDown':
      return skip(index + 1, 1);
    case 'ArrowUp':
      // Above the first row there is nothing but its day.
      return skip(index - 1, -1) ?? skip(0, 1);
    case 'PageDown':
      return skip(index + page, 1);
    case 'PageUp':
      return skip(index - page, -1) ?? skip(0, 1);
    case 'Home':
      return skip(0, 1);
    case 'End':
      return skip(last, -1);
    default:
      return undefined;
  }
}

function keysOf(rows: readonly Row[]): Set<string> {
  return new Set(rows.filter(({ type }) => type !== 'day').map(({ key }) => key));
}
