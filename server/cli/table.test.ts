import { expect, test } from 'vitest';
import { displayWidth, table } from './table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const columns = [
  { title: 'Name', of: ({ name }: Row) => name },
  { title: 'Count', of: ({ count }: Row) => count, right: true },
  { title: 'Note', of: ({ note }: Row) => note },
];

test('columns are aligned by what a terminal shows', () => {
  const rows = [
    { name: 'Anna', count: 5, note: 'first' },
    { name: '日本', count: 12_000, note: '' },
    { name: 'René', count: 0, note: 'third' },
  ];
  expect(table(rows, columns)).toBe(
    ['Name  Count  Note', 'Anna      5  first', '日本  12000', 'René      0  third'].join('\n'),
  );
});

test('a column without content is left out', () => {
  expect(table([{ name: 'Anna', count: 5, note: '' }], columns)).toBe('Name  Count\nAnna      5');
});

test('no cell can break out of its line or reach the terminal', () => {
  const text = table([{ name: 'a\nb', count: 1, note: '\u001b]0;title\u0007' }], columns);
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('a\\nb');
  expect(text).toContain('\\x1b]0;title\\x07');
});

test.each([
  ['', 0],
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['📬', 2],
])('%j is %i wide', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
