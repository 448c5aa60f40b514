/** Aligned columns for a terminal. */
import { escapeControls } from './escape.ts';

export interface Column<T> {
  readonly title: string;
  readonly of: (row: T) => string | number;
  /** Numbers stand to the right. */
  readonly right?: boolean;
}

/**
 * One line per row below a line of titles, columns two spaces apart. Every cell is escaped. A column in which
 * no row has anything is left out; the last column is never padded, so long text belongs there.
 */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const filled = columns
    .map(({ title, of, right = false }) => ({
      title,
      right,
      cells: rows.map((row) => escapeControls(String(of(row)))),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((column) => ({ ...column, width: Math.max(...[column.title, ...column.cells].map(displayWidth)) }));
  const line = (cellOf: (column: (typeof filled)[number]) => string): string =>
    filled
      .map((column) => pad(cellOf(column), column.width, column.right))
      .join('  ')
      .trimEnd();
  return [line(({ title }) => title), ...rows.map((_, row) => line(({ cells }) => cells[row] ?? ''))].join(
    '\n',
  );
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - displayWidth(text));
  return right ? space + text : text + space;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const NARROWLESS = /[\p{Mark}\u200b-\u200d\u2060]/u;

/** How many cells of a terminal a text takes: two for East Asian characters and emoji, none for accents. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += NARROWLESS.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
