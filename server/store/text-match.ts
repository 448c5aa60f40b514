/**
 * Looking for a part of a text, whatever the case of its letters. SQLite's LIKE knows the case of ASCII letters
 * only, but is quick; so a part with other letters is looked for by GLOB, with a class for each letter.
 */
import { type RawBuilder, sql } from 'kysely';

/** A condition that any of the columns contains the part; `part` is taken literally. */
export function containing(columns: readonly string[], part: string): RawBuilder<boolean> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  const isAscii = /^[\u0000-\u007f]*$/.test(part);
  const each = columns.map((column) =>
    isAscii
      ? sql`${sql.ref(column)} like ${likePattern(part)} escape '\\'`
      : sql`${sql.ref(column)} glob ${globPattern(part)}`,
  );
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}

function likePattern(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}

function globPattern(part: string): string {
  return `*${[...part.normalize('NFC')].map(globClass).join('')}*`;
}

function globClass(letter: string): string {
  const forms = new Set([letter, letter.toLowerCase(), letter.toUpperCase()]);
  // A letter that becomes two in another case (ß, SS) is found as it is.
  const single = [...forms].filter((form) => [...form].length === 1);
  return single.length > 1 || '*?['.includes(letter) ? `[${single.join('')}]` : letter;
}
