/** What can be done with the recipients who are selected, and why not. Pure. */
import type { QueueRowView, QueueState, QueueSteered, QueueVerb } from '../../server/contract/queue.ts';
import { isSelected, type Selection, selectedCount } from './selection.ts';
import { numberText, recipientsText } from './words.ts';

/** Which states there are among the selected, as far as that is known. */
export interface Chosen {
  readonly count: number;
  readonly states: ReadonlySet<QueueState>;
  /** Some are not loaded: they may be in any state. */
  readonly isPartly: boolean;
}

/** What there is among the selected. `counts` is of all who fit the filter. */
export function chosen(
  selection: Selection,
  rows: Iterable<QueueRowView | null>,
  total: number,
  counts: Readonly<Record<QueueState, number>>,
): Chosen {
  const number = selectedCount(selection, total);
  if (selection.all) {
    const states = (Object.keys(counts) as QueueState[]).filter((state) => counts[state] > 0);
    return { count: number, states: new Set(states), isPartly: selection.ids.size > 0 };
  }
  const loaded = [...rows].filter((row) => row !== null && isSelected(selection, row));
  return {
    count: number,
    states: new Set(loaded.flatMap((row) => row?.state ?? [])),
    isPartly: loaded.length < number,
  };
}

/** Why a verb makes no sense now; '' when it does. */
export function whyNot(verb: QueueVerb | 'open', picked: Chosen, isPaused: boolean): string {
  const { count: number, states, isPartly } = picked;
  if (number === 0) return 'Select recipients in the list first.';
  if (verb === 'open') return number === 1 ? '' : 'Select one recipient alone to open the message.';
  if (isPartly || FOR[verb].some((state) => states.has(state))) return '';
  return number === 1 ? REASONS[verb](only(states), isPaused) : REASONS_OF_MANY[verb];
}

/** The states in which a verb makes a difference. */
const FOR: Readonly<Record<QueueVerb, readonly QueueState[]>> = {
  retry: ['deferred'],
  hold: ['due', 'sending', 'deferred'],
  release: ['held'],
  remove: ['due', 'deferred', 'held'],
};

const REASONS: Readonly<Record<QueueVerb, (state: QueueState | undefined, isPaused: boolean) => string>> = {
  retry: (state, isPaused) => {
    if (state === 'held') return 'It is on hold: release it to send it.';
    if (state === 'sending') return 'It is being sent already.';
    return isPaused
      ? 'It is due already and goes at once when sending is resumed.'
      : 'It is due already and goes as soon as a connection is free.';
  },
  hold: () => 'It is on hold already.',
  release: () => 'It is not on hold.',
  remove: () => 'It is being sent right now and can’t be called back.',
};

const REASONS_OF_MANY: Readonly<Record<QueueVerb, string>> = {
  retry: 'None of them waits for its time.',
  hold: 'All of them are on hold already.',
  release: 'None of them is on hold.',
  remove: 'All of them are being sent right now and can’t be called back.',
};

function only(states: ReadonlySet<QueueState>): QueueState | undefined {
  return [...states][0];
}

/** What a verb has done. */
export function doneText(verb: QueueVerb, done: QueueSteered, isPaused: boolean): string {
  const who = recipientsText(done.count);
  const are = done.count === 1 ? 'is' : 'are';
  switch (verb) {
    case 'retry':
      if (done.count === 0) return 'None of them waits any more.';
      return `${who} ${are} due now${isPaused ? ', and will be tried when sending is resumed' : ''}.`;
    case 'hold':
      return done.count === 0
        ? 'None of them is in the queue any more.'
        : `${who} ${are} on hold until released.`;
    case 'release':
      return done.count === 0 ? 'None of them is on hold any more.' : `${who} ${are} released.`;
    case 'remove':
      return removedText(who, done);
  }
}

function removedText(who: string, { count, busy, reports, digested }: QueueSteered): string {
  const left = `${recipientsText(busy)} ${busy === 1 ? 'is being sent right now and stays' : 'are being sent right now and stay'}.`;
  if (count === 0) return busy === 0 ? 'None of them is in the queue any more.' : left;
  const told = reports === 0 ? '' : reports === 1 ? ' with a report' : ` with ${numberText(reports)} reports`;
  const later =
    digested === 0 ? '' : ' The other reports go together within the hour, because there are many.';
  return `${who} removed${told}.${later}${busy === 0 ? '' : ` ${left}`}`;
}
