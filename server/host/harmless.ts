/** Which errors that nobody caught leave everything as it was. */

const CONNECTION_LOST = ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_WRITE_AFTER_END'];

/** True for an error that only says that a peer is gone: it concerns one connection, which is over anyway. */
export function isHarmless(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CONNECTION_LOST.includes(String(error.code));
}
