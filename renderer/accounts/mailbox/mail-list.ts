/**
 * A mailbox as a list of any length. Only what somebody looks at is asked for, in pages, and kept by its place in
 * the list, newest first.
 *
 * New mail moves every place by one, so pages that were asked for at different times don't fit together. Therefore
 * a refresh asks for the pages in view, and if anything in them has moved, all others are forgotten.
 */
import { isDefinedError } from '@orpc/client';
import type { MailView } from '../../../server/contract/views.ts';
import type { Client } from '../../client.ts';
import { problemText } from '../../problem.ts';
import { createStore, type Readable } from '../../ui/store.ts';

export interface MailListState {
  readonly search: string;
  /** How many messages match; undefined until the engine has answered. */
  readonly total: number | undefined;
  /** The messages that are known, by their place. */
  readonly rows: ReadonlyMap<number, MailView>;
  /** Why the list can't be shown, '' when it can. */
  readonly problem: string;
}

export interface MailList {
  readonly state: Readable<MailListState>;
  /** Says which places are in view; what is not known of them is asked for. */
  look(first: number, last: number): void;
  /** Shows only what matches. */
  search(text: string): void;
  /** Asks anew for what is in view. */
  refresh(): Promise<void>;
  /** Asks for all that is not known of these places. Resolves when it is. */
  load(first: number, last: number): Promise<void>;
}

export const PAGE = 100;

export function createMailList(client: Client, address: string): MailList {
  const state = createStore<MailListState>({ search: '', total: undefined, rows: new Map(), problem: '' });
  let view = { first: 0, last: 0 };
  /** Answers to what was asked before the list changed are not listened to. */
  let generation = 0;
  const asked = new Map<number, Promise<void>>();

  const change = (part: Partial<MailListState>) => state.set({ ...state.get(), ...part });
  const forget = () => {
    generation++;
    asked.clear();
  };

  async function fetchPage(page: number): Promise<{ total: number; rows: [number, MailView][] }> {
    const { search } = state.get();
    const wanted = { address, offset: page * PAGE, limit: PAGE, ...(search === '' ? {} : { search }) };
    const { total, rows } = await client.mail.page(wanted);
    return { total, rows: rows.map((row, index) => [page * PAGE + index, row]) };
  }

  function ask(page: number): Promise<void> {
    const under = asked.get(page);
    if (under) return under;
    const mine = generation;
    const asking = fetchPage(page).then(
      ({ total, rows }) => {
        if (mine !== generation) return;
        const known = state.get();
        const fits = known.total === undefined || known.total === total;
        if (!fits) forget();
        change({ total, rows: new Map([...(fits ? known.rows : []), ...rows]), problem: '' });
      },
      (error: Error) => {
        asked.delete(page);
        if (mine === generation) change({ problem: sentenceOf(error) });
      },
    );
    asked.set(page, asking);
    return asking;
  }

  async function load(first: number, last: number): Promise<void> {
    const pages = pagesOf(first, last);
    await Promise.all(pages.map(ask));
  }

  async function refresh(): Promise<void> {
    const mine = generation;
    const pages = pagesOf(view.first, view.last);
    const answers = await Promise.all(pages.map(fetchPage)).catch((error: Error) => error);
    if (mine !== generation) return;
    if (answers instanceof Error) return change({ problem: sentenceOf(answers) });
    const { total, rows } = state.get();
    const fresh = answers.flatMap((answer) => answer.rows);
    const newTotal = answers[0]?.total ?? 0;
    const stays = total === newTotal && fresh.every(([place, row]) => rows.get(place)?.id === row.id);
    if (stays) return change({ problem: '' });
    forget();
    for (const page of pages) asked.set(page, Promise.resolve());
    change({ total: newTotal, rows: new Map(fresh), problem: '' });
  }

  void load(0, 0);
  return {
    state,
    load,
    refresh,
    look(first, last) {
      view = { first, last };
      void load(first, last);
    },
    search(text) {
      if (text === state.get().search) return;
      forget();
      view = { first: 0, last: 0 };
      change({ search: text, total: undefined, rows: new Map() });
      void load(0, 0);
    },
  };
}

function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(first / PAGE);
  const to = Math.floor(Math.max(first, last) / PAGE);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** What the engine says of an account that is gone is a sentence for people already. */
function sentenceOf(error: Error): string {
  const { message } = error;
  return isDefinedError(error) ? message : problemText(error);
}
