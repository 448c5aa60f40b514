/** The log as a file: all that matches, however much, part by part and oldest first. */
import { type LogFilter, MOST_LOG_ROWS } from '../../server/contract/log.ts';
import type { LogView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { entryLine, stamp } from './words.ts';

export type Format = 'txt' | 'json';

export interface ExportOptions {
  readonly signal: AbortSignal;
  /** Told how many entries there are so far. */
  readonly onProgress: (count: number) => void;
}

/** All entries that match up to now. Rejects when it is aborted, or with what the engine said. */
export async function exportLog(
  client: Pick<Client, 'log'>,
  filter: LogFilter,
  format: Format,
  { signal, onProgress }: ExportOptions,
): Promise<{ content: Blob; count: number }> {
  const parts: string[] = [];
  let count = 0;
  let after = 0;
  // What is written meanwhile is not part of it, or it might never end.
  let end = Number.POSITIVE_INFINITY;
  for (let more = true; more; ) {
    const page = await client.log.page({ filter, after, limit: MOST_LOG_ROWS }, { signal });
    signal.throwIfAborted();
    if (end === Number.POSITIVE_INFINITY) end = page.last;
    const rows = page.rows.toReversed().filter(({ id }) => id <= end);
    parts.push(format === 'txt' ? textOf(rows) : jsonOf(rows, count === 0));
    count += rows.length;
    after = page.rows[0]?.id ?? end;
    more = page.more && after < end;
    onProgress(count);
  }
  if (format === 'json') parts.push(count === 0 ? '[]\n' : '\n]\n');
  return { content: new Blob(parts), count };
}

/** `waypost-log 2026-11-22 14.02.11.txt` */
export function exportName(now: Date, format: Format): string {
  return `waypost-log ${stamp(now).replaceAll(':', '.')}.${format}`;
}

function textOf(rows: readonly LogView[]): string {
  return rows.map((entry) => `${entryLine(entry)}\n`).join('');
}

/** A part of an array: one object on each line. */
function jsonOf(rows: readonly LogView[], isFirst: boolean): string {
  return rows
    .map((entry, index) => `${isFirst && index === 0 ? '[\n' : ',\n'}${JSON.stringify(entry)}`)
    .join('');
}
