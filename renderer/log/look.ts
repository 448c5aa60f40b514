/** How the log is looked at: grouped or not, what is open and what is chosen. */
import { perConnection } from '../ui/per-connection.ts';
import { createStore } from '../ui/store.ts';
import type { Grouping } from './groups.ts';
import { NOTHING, type Selection } from './selection.ts';

export interface Look {
  readonly grouping: Grouping;
  /** The keys of groups whose entries are shown. */
  readonly openGroups: ReadonlySet<string>;
  readonly selection: Selection;
  /** Whether the details of what is chosen stand below the list. */
  readonly hasDetails: boolean;
}

const FIRST: Look = { grouping: 'none', openGroups: new Set(), selection: NOTHING, hasDetails: false };

/** The one look of a connection: whoever comes back to the tab finds chosen what was chosen. */
export const lookOf = perConnection(() => createStore(FIRST));
