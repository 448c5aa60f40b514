import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Exchange } from './exchange.ts';
import { PeerFault } from './peer.ts';

const { signal } = new AbortController();

let othersWait: boolean;
let exchange: Exchange;

beforeEach(() => {
  vi.useFakeTimers();
  othersWait = false;
  exchange = new Exchange({ name: 'mx.test', othersWait: async () => othersWait, giveWay: 60_000 });
});
afterEach(() => vi.useRealTimers());

/** Asks a peer that never answers. Resolves to how it ended, undefined before that. */
function ask(): () => unknown {
  let end: unknown;
  exchange
    .run(signal, () => {})
    .then(
      () => {
        end = 'answered';
      },
      (error: unknown) => {
        end = error;
      },
    );
  return () => end;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('waits as long as a step may take when nobody else does', async () => {
  exchange.enter('greeting', 300_000);
  const end = ask();
  await pass(299_999);
  expect(end()).toBeUndefined();
  await pass(1);
  expect(end()).toBeInstanceOf(PeerFault);
  expect(end()).toMatchObject({ message: 'mx.test did not answer in time (before its greeting).' });
});

it('gives way after a minute when others wait', async () => {
  othersWait = true;
  exchange.enter('greeting', 300_000);
  const end = ask();
  await pass(59_999);
  expect(end()).toBeUndefined();
  await pass(1);
  expect(end()).toMatchObject({ code: 'ETIMEDOUT' });
});

it('gives way to those who come later', async () => {
  exchange.enter('ehlo', 300_000);
  const end = ask();
  await pass(200_000);
  othersWait = true;
  await pass(14_000);
  expect(end()).toMatchObject({ code: 'ETIMEDOUT' });
});

it('never waits longer than the step may take', async () => {
  othersWait = true;
  exchange.enter('tls', 30_000);
  const end = ask();
  await pass(30_000);
  expect(end()).toBeInstanceOf(PeerFault);
});

it('counts from the last command, and not while content is sent', async () => {
  othersWait = true;
  const end = ask();
  exchange.awaitReply();
  await pass(59_000);
  exchange.awaitReply();
  await pass(59_000);
  expect(end()).toBeUndefined();
  exchange.endWait();
  await pass(3_600_000);
  expect(end()).toBeUndefined();
});

it('does not end what was answered while it asked whether others wait', async () => {
  const asked = Promise.withResolvers<boolean>();
  exchange = new Exchange({ name: 'mx.test', othersWait: () => asked.promise, giveWay: 60_000 });
  const end = ask();
  exchange.awaitReply();
  await pass(60_000);
  exchange.awaitReply();
  asked.resolve(true);
  await pass(1000);
  expect(end()).toBeUndefined();
});
