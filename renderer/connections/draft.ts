/**
 * The settings as one window is changing them. Pure: what is typed, what arrives and what Apply brings come in
 * as actions; what all of it means is worked out by `review` (in `review.ts`).
 *
 * The draft is a base, the settings as the engine last told them, and edits laid over it: the text typed per
 * path, and the value of the base from which it was changed. Whatever has no edit shows the base, so another
 * window's change appears there at once. An edit whose path has a value in the base that it did not start
 * from, and does not itself hold, is a conflict: both versions are there, and the person chooses.
 */
import { type SettingPath, type Settings, settingSpec, valueAt } from '../../server/contract/settings.ts';
import { type Entry, parseEntry, REMOVED, showValue } from './parse.ts';

/** The settings in force, as the engine tells them: a secret that is set is null. */
export interface Base {
  readonly revision: number;
  readonly settings: Settings;
  /** Paths of secrets that are stored but can't be read there. */
  readonly unreadable: readonly string[];
  /** Whether the last apply can be undone. */
  readonly canUndo: boolean;
}

export interface Edit {
  readonly entry: Entry;
  /** The value of the base that the edit replaces. */
  readonly from: unknown;
}

export type PerPath<T> = { readonly [P in SettingPath]?: T };

export interface Draft {
  readonly base: Base;
  readonly edits: PerPath<Edit>;
  /** Why the engine refused a field, until that field or one it depends on is changed. */
  readonly refusals: PerPath<string>;
  /** What an Apply carries whose outcome is not known yet. */
  readonly sent?: PerPath<Entry>;
}

export type DraftAction =
  | { readonly type: 'typed'; readonly path: SettingPath; readonly entry: Entry }
  /** The field was left: what was understood is written in the usual way. */
  | { readonly type: 'left'; readonly path: SettingPath }
  | { readonly type: 'reverted'; readonly path: SettingPath }
  | { readonly type: 'allReverted' }
  /** The settings in force, perhaps changed elsewhere. */
  | { readonly type: 'received'; readonly base: Base }
  | { readonly type: 'sent'; readonly paths: readonly SettingPath[] }
  | { readonly type: 'applied'; readonly base: Base }
  | { readonly type: 'refused'; readonly issues: PerPath<string> }
  | { readonly type: 'keptMine'; readonly path: SettingPath };

export function newDraft(base: Base): Draft {
  return { base, edits: {}, refusals: {} };
}

export function reduceDraft(draft: Draft, action: DraftAction): Draft {
  switch (action.type) {
    case 'typed':
      return typed(draft, action.path, action.entry);
    case 'left':
      return left(draft, action.path);
    case 'reverted':
      return { ...withoutRefusals(draft, action.path), edits: without(draft.edits, action.path) };
    case 'allReverted':
      return newDraft(draft.base);
    case 'received':
      return rebased(draft, action.base);
    case 'sent': {
      const entries = action.paths.map((path) => [path, draft.edits[path]?.entry]);
      return { ...draft, refusals: {}, sent: Object.fromEntries(entries) };
    }
    case 'applied':
      return applied(draft, action.base);
    case 'refused':
      return { base: draft.base, edits: draft.edits, refusals: action.issues };
    case 'keptMine': {
      const edit = draft.edits[action.path];
      if (!edit) return draft;
      const kept = { ...edit, from: valueAt(draft.base.settings, action.path) };
      return { ...draft, edits: { ...draft.edits, [action.path]: kept } };
    }
  }
}

/** What stands in a field. */
export function entryAt(draft: Draft, path: SettingPath): Entry {
  return draft.edits[path]?.entry ?? showValue(path, valueAt(draft.base.settings, path));
}

/** The fields that were changed here and, to something else, elsewhere. */
export function conflicts(draft: Draft): SettingPath[] {
  return editedPaths(draft).filter((path) => {
    const edit = draft.edits[path];
    const now = valueAt(draft.base.settings, path);
    return edit !== undefined && !sameValue(edit.from, now) && !standsFor(path, edit.entry, now);
  });
}

export function editedPaths(draft: Draft): SettingPath[] {
  return Object.keys(draft.edits) as SettingPath[];
}

/** True when all that the last Apply carried is in force: it happened, even if its answer was lost. */
export function sentIsInForce(draft: Draft, { revision, settings }: Base): boolean {
  if (revision === draft.base.revision) return false;
  return Object.entries(draft.sent ?? {}).every(([path, entry]) => {
    return couldStem(path as SettingPath, entry, valueAt(settings, path));
  });
}

function typed(draft: Draft, path: SettingPath, entry: Entry): Draft {
  const value = valueAt(draft.base.settings, path);
  const clear = withoutRefusals(draft, path);
  if (entry === showValue(path, value)) return { ...clear, edits: without(draft.edits, path) };
  const from = draft.edits[path] ? draft.edits[path].from : value;
  return { ...clear, edits: { ...draft.edits, [path]: { entry, from } } };
}

function left(draft: Draft, path: SettingPath): Draft {
  const edit = draft.edits[path];
  const spec = settingSpec(path);
  if (!edit || spec.secret) return draft;
  const parsed = parseEntry(path, edit.entry);
  const judged = parsed.ok ? spec.schema.safeParse(parsed.value) : undefined;
  if (!judged?.success) return draft;
  const entry = showValue(path, judged.data);
  if (entry === edit.entry) return draft;
  const same = sameValue(judged.data, valueAt(draft.base.settings, path));
  return {
    ...draft,
    edits: same ? without(draft.edits, path) : { ...draft.edits, [path]: { ...edit, entry } },
  };
}

function rebased({ sent, ...draft }: Draft, base: Base): Draft {
  const edits = Object.entries(draft.edits).flatMap(([key, edit]): [string, Edit][] => {
    const path = key as SettingPath;
    const value = valueAt(base.settings, path);
    if (edit.entry === showValue(path, value)) return [];
    const ours = sent?.[path];
    // Our own Apply, whose answer was lost, is no change from elsewhere.
    const known = ours !== undefined && couldStem(path, ours, value);
    return [[path, known || standsFor(path, edit.entry, value) ? { ...edit, from: value } : edit]];
  });
  return { ...draft, base, edits: Object.fromEntries(edits) };
}

/** What was typed since the Apply was sent stays; what it carried is now in the base. */
function applied({ sent = {}, ...draft }: Draft, base: Base): Draft {
  const edits = Object.entries(draft.edits).flatMap(([key, edit]): [string, Edit][] => {
    const path = key as SettingPath;
    if (!(path in sent)) return [[path, edit]];
    if (sent[path] === edit.entry) return [];
    return [[path, { ...edit, from: valueAt(base.settings, path) }]];
  });
  return rebased({ ...draft, edits: Object.fromEntries(edits) }, base);
}

/** A refusal speaks of a field together with its neighbours: a port that is taken may be free elsewhere. */
function withoutRefusals(draft: Draft, path: SettingPath): Draft {
  const group = path.slice(0, path.lastIndexOf('.') + 1);
  const stays = (other: string) => other !== path && (group === '' || !other.startsWith(group));
  const refusals = Object.entries(draft.refusals).filter(([other]) => stays(other));
  return { ...draft, refusals: Object.fromEntries(refusals) };
}

/** True when `value` can be what applying `entry` led to. Of a secret only that it is set is ever told. */
function couldStem(path: SettingPath, entry: Entry, value: unknown): boolean {
  return settingSpec(path).secret && entry !== REMOVED ? value === null : standsFor(path, entry, value);
}

/** True when `entry` is another way to write `value`. */
function standsFor(path: SettingPath, entry: Entry, value: unknown): boolean {
  const parsed = parseEntry(path, entry);
  if (!parsed.ok) return false;
  const judged = settingSpec(path).schema.safeParse(parsed.value);
  return judged.success && sameValue(judged.data, value);
}

function sameValue(one: unknown, two: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

function without<T>(record: PerPath<T>, path: SettingPath): PerPath<T> {
  const { [path]: _, ...rest } = record as Record<string, T>;
  return rest as PerPath<T>;
}
