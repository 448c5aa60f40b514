/** Which messages are selected, as in any list of a desktop. Pure. */
import type { MailView } from '../../../server/contract/views.ts';

export type Rows = ReadonlyMap<number, MailView>;

export interface Selection {
  /** The messages by their id, since their places move. */
  readonly ids: ReadonlySet<string>;
  /** The place that keys move from, and the one that Shift extends from; -1 for none. */
  readonly lead: number;
  readonly anchor: number;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), lead: -1, anchor: -1 };

/** Selects one message alone. */
export function selectOne(rows: Rows, place: number): Selection {
  const row = rows.get(place);
  return { ids: new Set(row ? [row.id] : []), lead: place, anchor: place };
}

/** Selects all from the anchor to a place. The rows between must be known. */
export function extendTo(selection: Selection, rows: Rows, place: number): Selection {
  const anchor = selection.anchor < 0 ? place : selection.anchor;
  const ids = new Set<string>();
  for (let at = Math.min(anchor, place); at <= Math.max(anchor, place); at++) {
    const row = rows.get(at);
    if (row) ids.add(row.id);
  }
  return { ids, lead: place, anchor };
}

/** Adds one message to the selection, or takes it out. */
export function toggle(selection: Selection, rows: Rows, place: number): Selection {
  const ids = new Set(selection.ids);
  const row = rows.get(place);
  if (row && !ids.delete(row.id)) ids.add(row.id);
  return { ids, lead: place, anchor: place };
}

/** The only message that is selected. */
export function onlyOne({ ids, lead }: Selection, rows: Rows): MailView | undefined {
  if (ids.size !== 1) return undefined;
  const row = rows.get(lead);
  if (row && ids.has(row.id)) return row;
  for (const other of rows.values()) if (ids.has(other.id)) return other;
  return undefined;
}

/** The selection after the places have moved: the lead stays at its message, wherever that is now. */
export function follow(selection: Selection, before: Rows, after: Rows, total: number): Selection {
  const { lead, anchor } = selection;
  const id = before.get(lead)?.id;
  if (lead < 0 || (id !== undefined && after.get(lead)?.id === id)) return selection;
  for (const [place, row] of after) {
    if (row.id === id) return { ...selection, lead: place, anchor: Math.max(0, anchor + place - lead) };
  }
  const last = total - 1;
  return { ...selection, lead: Math.min(lead, last), anchor: Math.min(anchor, last) };
}

/** Where a key leads from a place; undefined for keys that lead nowhere. */
export function placeAfterKey(key: string, lead: number, total: number, visible: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: lead + 1,
    ArrowUp: lead < 0 ? 0 : lead - 1,
    PageDown: Math.max(lead, 0) + visible,
    PageUp: lead - visible,
    Home: 0,
    End: total - 1,
  };
  const place = steps[key];
  return place === undefined || total === 0 ? undefined : Math.max(0, Math.min(total - 1, place));
}
