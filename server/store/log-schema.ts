/** The tables of the mail log as Kysely sees them. Times are milliseconds since 1970. */
import type { Generated } from 'kysely';
import type { Direction, LogKind, LogLevel } from '../contract/views.ts';

export interface LogSchema {
  log: {
    id: Generated<number>;
    at: number;
    kind: LogKind;
    level: LogLevel;
    session: string;
    message: string;
    address: string;
    host: string;
    text: string;
  };
  transcripts: {
    id: Generated<number>;
    session: string;
    direction: Direction;
    host: string;
    started_at: number;
    ended_at: number;
    /** As `mail/transcript.ts` writes them. */
    lines: string;
  };
}
