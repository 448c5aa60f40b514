import { ConnectionLost } from './client.ts';

/** What is said of an error that nobody expected: one sentence with what to do. */
export function problemText(error: Error): string {
  return error instanceof ConnectionLost
    ? 'The connection to Waypost was lost. Try again when it is back.'
    : 'Waypost could not do this because of an internal error; its log tells more.';
}
