/** What the fields of the tab share, and what each of them needs to know of itself. */
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { SettingSpec } from '../../server/contract/kinds.ts';
import { type SettingPath, settingSpec } from '../../server/contract/settings.ts';
import type { MachineView } from '../../server/contract/views.ts';
import { useStore } from '../ui/store.ts';
import { type Draft, entryAt } from './draft.ts';
import type { Entry } from './parse.ts';
import { type Review, reviewDraft, twoVersions } from './review.ts';
import type { Sheet, SheetState } from './sheet.ts';
import { helpOf } from './wording.ts';

interface SheetView {
  readonly sheet: Sheet;
  readonly state: SheetState;
  readonly draft: Draft;
  readonly review: Review;
  readonly machine: MachineView | undefined;
}

const SheetContext = createContext<SheetView | undefined>(undefined);

interface SheetProviderProps {
  readonly sheet: Sheet;
  readonly machine: MachineView | undefined;
  /** Shown until the settings have arrived. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

export function SheetProvider({ sheet, machine, fallback, children }: SheetProviderProps) {
  const state = useStore(sheet.state);
  const { draft } = state;
  const view = useMemo(
    () => draft && { sheet, state, draft, review: reviewDraft(draft), machine },
    [sheet, state, draft, machine],
  );
  return view ? <SheetContext value={view}>{children}</SheetContext> : fallback;
}

export function useSheet(): SheetView {
  const view = useContext(SheetContext);
  if (!view) throw new Error('This belongs inside a SheetProvider.');
  return view;
}

export interface Field {
  readonly path: SettingPath;
  readonly spec: SettingSpec;
  readonly entry: Entry;
  /** The entry where it is text. */
  readonly text: string;
  readonly help: string;
  readonly issue: string | undefined;
  /** That another window changed the same field, and to what. */
  readonly conflict: string | undefined;
  readonly isDisabled: boolean;
  change(entry: Entry): void;
  leave(): void;
}

export function useField(path: SettingPath): Field {
  const { sheet, draft, review } = useSheet();
  const entry = entryAt(draft, path);
  const conflict = review.conflicts.includes(path)
    ? `Changed in another window: ${twoVersions(draft, path).theirs}.`
    : undefined;
  return {
    path,
    spec: settingSpec(path),
    entry,
    text: typeof entry === 'string' ? entry : '',
    help: helpOf(path),
    issue: review.issues[path],
    conflict,
    isDisabled: review.dormant.has(path),
    change: (next) => sheet.edit({ type: 'typed', path, entry: next }),
    leave: () => sheet.edit({ type: 'left', path }),
  };
}
