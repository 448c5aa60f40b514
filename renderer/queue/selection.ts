/**
 * Which recipients are selected, as in any list of a desktop, however few of them have been loaded. Pure.
 *
 * Either some by their ids, or all who fit the filter but for some. Rows move all the time, so a place is an
 * index that goes with the id that was there.
 */

export interface Place {
  readonly index: number;
  readonly id: string;
  /** Who was here has left the queue. */
  readonly isGone?: boolean;
}

/** What was there when all were selected. */
export interface Everybody {
  readonly count: number;
  /** Who was received later has not been seen, and is not meant. */
  readonly until: Date;
}

export interface Selection {
  readonly all: Everybody | undefined;
  /** Who is selected; with `all`, who is not. */
  readonly ids: ReadonlySet<string>;
  /** The place that keys move from, and the one that Shift extends from. */
  readonly lead: Place | undefined;
  readonly anchor: Place | undefined;
}

export const NOTHING_SELECTED: Selection = {
  all: undefined,
  ids: new Set(),
  lead: undefined,
  anchor: undefined,
};

/** Selects one alone. */
export function selectOne(place: Place): Selection {
  return { all: undefined, ids: new Set([place.id]), lead: place, anchor: place };
}

/** Takes one in or out. */
export function toggle({ all, ids: before }: Selection, place: Place): Selection {
  const ids = new Set(before);
  if (!ids.delete(place.id)) ids.add(place.id);
  return { all, ids, lead: place, anchor: place };
}

/** Selects those between the anchor and a place; `range` names them all. @param adds to what was selected */
export function extendTo(
  { all, ids, anchor }: Selection,
  range: readonly string[],
  place: Place,
  adds: boolean,
): Selection {
  const ends = { lead: place, anchor: anchor ?? place };
  if (!adds) return { all: undefined, ids: new Set(range), ...ends };
  const meant = new Set(ids);
  for (const id of range) {
    if (all) meant.delete(id);
    else meant.add(id);
  }
  return { all, ids: meant, ...ends };
}

/** Selects all, loaded or not. */
export function selectAll({ lead, anchor }: Selection, all: Everybody): Selection {
  return { all, ids: new Set(), lead, anchor };
}

/** Moves without selecting. */
export function moveTo(selection: Selection, lead: Place): Selection {
  return { ...selection, lead };
}

export function isSelected(
  { all, ids }: Selection,
  row: { readonly id: string; readonly receivedAt: Date },
): boolean {
  return all ? row.receivedAt <= all.until && !ids.has(row.id) : ids.has(row.id);
}

/** How many are selected, of so many in the list now. */
export function selectedCount({ all, ids }: Selection, total: number): number {
  return all ? Math.max(0, Math.min(all.count, total) - ids.size) : ids.size;
}

/** The selection once the places have changed; `find` tells the index of an id, or null where it is no more. */
export function follow(
  selection: Selection,
  find: (id: string) => { readonly index: number | null; readonly isGone: boolean } | undefined,
): Selection {
  const ids = new Set([...selection.ids].filter((id) => !find(id)?.isGone));
  // Who is gone leaves a place for the keys to go on from.
  const placed = (place: Place | undefined): Place | undefined => {
    const found = place && find(place.id);
    return found ? { ...place, index: found.index ?? place.index, isGone: found.isGone } : place;
  };
  return { ...selection, ids, lead: placed(selection.lead), anchor: placed(selection.anchor) };
}
