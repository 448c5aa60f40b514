import { expect, it } from 'vitest';
import type { LogView } from '../../server/contract/views.ts';
import { logged } from '../testing/fake-log.ts';
import { type Grouping, type Row, rowsOf } from './groups.ts';
import { spanText } from './words.ts';

const NO_KEYS: ReadonlySet<string> = new Set();
const NEXT_DAY = new Date(2026, 10, 23, 1, 0, 0);

/** Each row in short: a day, the id of an entry, or what a group is about and the ids in it. */
function brief(rows: readonly Row[]): unknown[] {
  return rows.map((row) => {
    if (row.type === 'day') return row.at.getDate();
    if (row.type === 'entry') return `${row.inGroup ? '  ' : ''}${row.entry.id}`;
    return `${row.group.what} ${row.group.entries.map(({ id }) => id).join(' ')}`;
  });
}

function groupOf(entries: readonly LogView[], by: Grouping = 'session') {
  const row = rowsOf(entries, by, NO_KEYS).find(({ type }) => type === 'group');
  if (row?.type !== 'group') throw new Error('There is no group.');
  return row.group;
}

it('puts entries below the day they are of', () => {
  const entries = [logged(1), logged(2), logged(3, { at: NEXT_DAY })];
  expect(brief(rowsOf(entries, 'none', NO_KEYS))).toEqual([22, '1', '2', 23, '3']);
});

it('gives every row a key of its own, even when the clock was set back', () => {
  const rows = rowsOf([logged(1), logged(2, { at: NEXT_DAY }), logged(3)], 'none', NO_KEYS);
  expect(brief(rows)).toEqual([22, '1', 23, '2', 22, '3']);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});

it('groups by session and attempt, else by message, and lets the rest be', () => {
  const entries = [
    logged(1, { session: 'S1' }),
    logged(2, { kind: 'server' }),
    logged(3, { session: 'S1', message: 'M1', kind: 'message' }),
    logged(4, { session: 'A1', message: 'M1', kind: 'delivery' }),
    logged(5, { session: 'A1', message: 'M1', kind: 'delivery' }),
    logged(6, { message: 'M1', kind: 'message' }),
    logged(7, { message: 'M1', kind: 'message' }),
    logged(8, { session: 'S2' }),
  ];
  expect(brief(rowsOf(entries, 'session', NO_KEYS))).toEqual([
    22,
    '2',
    'session 1 3',
    'attempt 4 5',
    'message 6 7',
    '8',
  ]);
});

it('groups by message, from its session to its last attempt, else by session, and lets the rest be', () => {
  const entries = [
    logged(1, { session: 'S1' }),
    logged(2, { kind: 'server' }),
    logged(3, { session: 'S1', message: 'M1', kind: 'message' }),
    logged(4, { session: 'S1', message: 'M2', kind: 'message' }),
    logged(5, { session: 'A1', message: 'M1', kind: 'delivery' }),
    logged(6, { session: 'S1' }),
    logged(7, { session: 'A2', message: 'M1', kind: 'delivery' }),
  ];
  expect(brief(rowsOf(entries, 'message', NO_KEYS))).toEqual([22, '2', '4', 'session 1 6', 'message 3 5 7']);
});

it('lets the gravest of how it stands with each address speak for a message', () => {
  const about = (address: string) => ({ message: 'M1', kind: 'delivery', address }) as const;
  const entries = [
    logged(1, { message: 'M1', kind: 'message' }),
    logged(2, { ...about('a@far.test'), level: 'warning' }),
    logged(3, { ...about('b@far.test'), level: 'warning' }),
    logged(4, about('a@far.test')),
  ];
  expect(groupOf(entries, 'message')).toMatchObject({ level: 'warning', telling: { id: 3 } });
  const done = [...entries, logged(5, about('b@far.test'))];
  expect(groupOf(done, 'message')).toMatchObject({ level: 'info', telling: { id: 5 } });
});

it('shows what is in a group that is open', () => {
  const entries = [logged(1, { session: 'S1' }), logged(2, { session: 'S1' }), logged(3)];
  const [, group] = rowsOf(entries, 'session', NO_KEYS);
  expect(brief(rowsOf(entries, 'session', new Set([group?.key ?? ''])))).toEqual([
    22,
    'session 1 2',
    '  1',
    '  2',
    '3',
  ]);
});

it('moves no group that is shown when older entries are added', () => {
  const entries = [
    logged(3, { session: 'S1' }),
    logged(4, { session: 'S2' }),
    logged(5, { session: 'S1' }),
    logged(6, { session: 'S2' }),
  ];
  const before = rowsOf(entries, 'session', NO_KEYS).map(({ key }) => key);
  const older = [logged(1, { session: 'S2' }), logged(2, { session: 'S1' })];
  expect(rowsOf([...older, ...entries], 'session', NO_KEYS).map(({ key }) => key)).toEqual(before);
});

it('lets the gravest entry speak for its group; among equals one about a message, and the newest', () => {
  const session = 'S1';
  const grave = [
    logged(1, { session, kind: 'message' }),
    logged(2, { session, level: 'error' }),
    logged(3, { session, level: 'warning' }),
  ];
  expect(groupOf(grave)).toMatchObject({ level: 'error', telling: { id: 2 } });
  const equal = [
    logged(1, { session, kind: 'message' }),
    logged(2, { session, kind: 'message' }),
    logged(3, { session }),
  ];
  expect(groupOf(equal)).toMatchObject({ level: 'info', telling: { id: 2 } });
});

it('says from when to when a group is', () => {
  expect(spanText(groupOf([logged(1, { session: 'S' }), logged(9, { session: 'S' })]))).toBe(
    '14:00:01 – 14:00:09',
  );
  const { at } = logged(1);
  expect(spanText(groupOf([logged(1, { session: 'S' }), logged(2, { session: 'S', at })]))).toBe('14:00:01');
});
