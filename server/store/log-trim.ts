/** Keeps the mail log within its age and size, a little at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { LogSchema } from './log-schema.ts';

type Db = Kysely<LogSchema>;

/** Rows deleted in one go, so that a long log that is cut short holds up mail for moments only. */
const ROWS_PER_DELETE = 2000;
/** A log over its size is cut to this part of it, so that it is not trimmed again at once. */
const TRIMMED = 0.9;

export interface LogBounds {
  /** Entries from before this go, in ms since 1970. */
  readonly tooOld: number;
  /** Of the file. Where it has more, the oldest entries go. */
  readonly mostBytes: number;
}

/** Removes what is beyond the bounds; others get a turn in between. */
export async function trimLog(db: Db, { tooOld, mostBytes }: LogBounds): Promise<void> {
  while (await deleteOldest(db, tooOld)) await nextTurn();
  if ((await sizeBytes(db)) <= mostBytes) return;
  while ((await sizeBytes(db)) > mostBytes * TRIMMED && (await deleteOldest(db))) await nextTurn();
}

/**
 * Deletes some of the oldest entries and the dialogues of that time, only what is before `tooOld` when it is given.
 * False when nothing is left to delete.
 */
async function deleteOldest(db: Db, tooOld = Number.MAX_SAFE_INTEGER): Promise<boolean> {
  const oldest = db
    .selectFrom('log')
    .select('id')
    .where('at', '<', tooOld)
    .orderBy('at')
    .orderBy('id')
    .limit(ROWS_PER_DELETE);
  const end = await db
    .selectFrom('log')
    .select('at')
    .where('at', '<', tooOld)
    .orderBy('at')
    .offset(ROWS_PER_DELETE)
    .limit(1)
    .executeTakeFirst();
  const entries = await db.deleteFrom('log').where('id', 'in', oldest).executeTakeFirstOrThrow();
  const dialogues = await db
    .deleteFrom('transcripts')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('transcripts')
        .select('id')
        .where('ended_at', '<', end?.at ?? tooOld)
        .orderBy('ended_at')
        .limit(ROWS_PER_DELETE),
    )
    .executeTakeFirstOrThrow();
  return entries.numDeletedRows + dialogues.numDeletedRows > 0n;
}

/** Bytes of the file, which shrinks when entries are deleted. */
async function sizeBytes(db: Db): Promise<number> {
  return (await pragma(db, 'page_count')) * (await pragma(db, 'page_size'));
}

async function pragma(db: Db, name: 'page_count' | 'page_size'): Promise<number> {
  const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(db);
  return rows[0]?.[name] ?? 0;
}
