/** Settings that were refused: the same for `settings apply` and `serve --settings`. */
import type { Issue } from '../contract/validate.ts';
import { Failure } from '../host/failure.ts';
import { type Io, writeJson } from './io.ts';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly issues: readonly Issue[];
}

/** What an error says when it is a refusal, as one of the contract's or as the engine's at start. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, issues, data } = error as Error & {
    code?: unknown;
    issues?: unknown;
    data?: { issues?: unknown };
  };
  const list = issues ?? data?.issues;
  if (!Array.isArray(list) || !list.every(isIssue)) return undefined;
  return { code: typeof code === 'string' ? code : 'INVALID', message: error.message, issues: list };
}

/** Prints the refusal in the form that was asked for, and returns the Failure to end with. */
export async function reportRefusal(
  io: Io,
  { code, message, issues }: Refusal,
  json: boolean,
): Promise<Failure> {
  const lines = issues.map((issue) =>
    issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`,
  );
  if (!json) return new Failure(lines.length > 0 ? lines : message);
  await writeJson(io, {
    error: code,
    issues: issues.map(({ path, message: text }) => ({ path, message: text })),
  });
  return new Failure(message);
}

function isIssue(value: unknown): value is Issue {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'path' in value &&
    typeof value.path === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
