/**
 * The file of the mail log. Mail goes on without its history rather than not at all: a log that can't be used, at the
 * start or all of a sudden, is kept under another name, and a new one begins.
 */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Kysely } from 'kysely';
import { nameAside } from '../mail/put-aside.ts';
import { DatabaseError, type FileCare, openDatabase } from './database.ts';
import type { LogSchema } from './log-schema.ts';
import { LOG_MIGRATIONS } from './migrations.ts';

const CARE: FileCare = { isDurable: false, shrinks: true };

export interface LogFile {
  readonly db: Kysely<LogSchema>;
  /** What was kept, and why, in a sentence; undefined when the log simply goes on. */
  readonly notice?: string;
}

/** Opens the log at `path`. Throws what no new log could mend, such as a disk that can't be written. */
export async function openLog(path: string): Promise<LogFile> {
  try {
    return { db: await openDatabase<LogSchema>(path, CARE, LOG_MIGRATIONS) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return beginAnew(path, error.message);
  }
}

/** Puts a damaged log, which nobody has open any more, aside. @param why a sentence */
export async function beginAnew(path: string, why: string): Promise<LogFile> {
  const aside = nameAside(path, 'unusable');
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) await rename(path + suffix, aside + suffix);
  }
  const db = await openDatabase<LogSchema>(path, CARE, LOG_MIGRATIONS);
  return { db, notice: `${why} It was kept as ${basename(aside)}, and a new mail log begins.` };
}
