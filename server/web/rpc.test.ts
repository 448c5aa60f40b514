import { ORPCError } from '@orpc/server';
import { expect, it, vi } from 'vitest';
import { answered } from './rpc.ts';

const url = new URL('http://localhost/log/page');
const named = (name: string) => Object.assign(new Error('Client aborted the request'), { name });
const coded = (code: string) => Object.assign(new Error('aborted'), { code });
const gone = AbortSignal.abort();

async function outcomeOf(error: Error, signal?: AbortSignal) {
  const log = vi.fn();
  const call = { next: () => Promise.reject(error), request: { url, signal } };
  const told: unknown = await answered(call, log).catch((answer: unknown) => answer);
  return { isTold: told === error, logged: log.mock.calls };
}

it.each([
  ['an answer that is no longer wanted', named('AbortError'), gone],
  ['a request that never came whole', coded('ECONNRESET'), gone],
  ['an error of the contract', new ORPCError('CONFLICT', { defined: true }), undefined],
  ['a wrong request', new ORPCError('BAD_REQUEST'), undefined],
])('%s is no fault of ours', async (_, error, signal) => {
  expect(await outcomeOf(error, signal)).toEqual({ isTold: true, logged: [] });
});

it.each([
  ['an error of ours', new Error('secret detail'), undefined],
  ['one that nobody waits for any more', new Error('secret detail'), gone],
  ['something given up within, while the caller waits', named('AbortError'), new AbortController().signal],
  ['a connection of ours that broke', coded('ECONNRESET'), undefined],
])('%s is logged in full, and the caller told nothing', async (_, error, signal) => {
  expect(await outcomeOf(error, signal)).toEqual({ isTold: false, logged: [[error, 'log/page']] });
});
