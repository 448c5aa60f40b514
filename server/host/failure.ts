/** What ends a command, and how any other error is put into one line for people. */
import { ORPCError } from '@orpc/client';

/** Ends a command: each line goes to standard error, `exitCode` to the shell. */
export class Failure extends Error {
  readonly lines: readonly string[];
  readonly exitCode: number;

  constructor(lines: string | readonly string[], exitCode = 1) {
    const list = typeof lines === 'string' ? [lines] : lines;
    super(list.join(' '));
    this.lines = list;
    this.exitCode = exitCode;
  }
}

/** A command used in a way that `--help` does not show: exit code 2. */
export class WrongUsage extends Failure {
  constructor(sentence: string) {
    super(sentence, 2);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'there is a file in the way',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
};

/** The reason the system gave, in words that complete a sentence: "no such file or folder". */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message;
}

/** Any error as a `Failure`: those of the contract carry their own sentence. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof ORPCError)) return new Failure(systemReason(error));
  if (error.defined) return new Failure(error.message);
  if (error.code === 'NOT_FOUND') {
    return new Failure('The running Waypost does not know this command; it is probably an older version.');
  }
  if (error.code === 'INTERNAL_SERVER_ERROR') {
    return new Failure('Waypost met an internal error; its log says more.');
  }
  return new Failure(`Waypost refused the request: ${error.message}.`);
}
