/** What all transports of the contract share. */
import { type Context, ORPCError, type Router } from '@orpc/server';
import type { contract } from '../contract/api.ts';

/** Handlers for every procedure of the contract. */
export type ContractRouter<C extends Context> = Router<typeof contract, C>;

/** Gets every error that is not part of the contract, in full, with the path of its procedure. */
export type FaultLog = (error: unknown, procedure: string) => void;

interface CalledBy {
  readonly url: URL;
  /** Aborted when the caller is gone. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Answers a call. Errors of the contract and those of a wrong request go to the caller; all others are our
 * fault: they are logged in full, and the caller only learns that there was one. A caller who leaves before its
 * request is complete, or does not want its answer any more, is nobody's fault.
 */
export async function answered<T>(
  { next, request }: { next(): Promise<T>; readonly request: CalledBy },
  log: FaultLog,
): Promise<T> {
  try {
    return await next();
  } catch (error) {
    if (isForCaller(error) || isLeaving(error, request)) throw error;
    log(error, request.url.pathname.slice(1));
    throw new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Internal server error' });
  }
}

function isForCaller(error: unknown): boolean {
  return error instanceof ORPCError && (error.defined || error.status < 500);
}

/** How a request ends that its caller gave up, and the body of one whose connection broke. */
function isLeaving(error: unknown, { signal }: CalledBy): boolean {
  if (signal?.aborted !== true || !(error instanceof Error)) return false;
  return error.name === 'AbortError' || ('code' in error && error.code === 'ECONNRESET');
}
