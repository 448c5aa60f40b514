/** What of the log is loaded, and how it is shown. */
import type { LogView } from '../../server/contract/views.ts';
import { type Choices, EVERYTHING } from './filter.ts';

export interface LogListState {
  readonly choices: Choices;
  /** Oldest first. */
  readonly entries: readonly LogView[];
  /** The entries are still those of other choices, or of another place in the log. */
  readonly isPending: boolean;
  /** The engine has answered once. */
  readonly isKnown: boolean;
  /** There are more at this end, which are loaded when somebody looks there. */
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Nothing new is added, because somebody wants to read in peace. */
  readonly pausedAt: Date | undefined;
  /** Changes when the list begins anew at one of its ends. */
  readonly start: { readonly at: 'newest' | 'oldest' };
  /** Why it can't be shown as it is, '' when it can. */
  readonly problem: string;
}

/** Before anything was asked for. */
export const NOTHING_KNOWN: LogListState = {
  choices: EVERYTHING,
  entries: [],
  isPending: true,
  isKnown: false,
  hasOlder: false,
  hasNewer: false,
  pausedAt: undefined,
  start: { at: 'newest' },
  problem: '',
};
