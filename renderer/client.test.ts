import { ORPCError } from '@orpc/client';
import { expect, it } from 'vitest';
import { type Channel, ConnectionLost, connected, openConnection } from './client.ts';

/** A channel whose openings, closings and answers the test decides. */
function open() {
  let opened = () => {};
  let closed = () => {};
  let answer: () => Promise<unknown> = async () => 'answer';
  const called: string[] = [];
  const channel: Channel = {
    calls: {
      call(path) {
        called.push(path.join('.'));
        return answer();
      },
    },
    watch(onOpened, onClosed) {
      [opened, closed] = [onOpened, onClosed];
    },
  };
  return {
    connection: openConnection(channel),
    opened: () => opened(),
    closed: () => closed(),
    answers: (next: () => Promise<unknown>) => {
      answer = next;
    },
    called,
  };
}

it('fails fast, without calling, while the connection is lost', async () => {
  const { connection, opened, closed, called } = open();
  opened();
  closed();
  await expect(connection.client.settings.get()).rejects.toThrow(ConnectionLost);
  expect(called).toEqual([]);
  opened();
  await expect(connection.client.settings.get()).resolves.toBe('answer');
});

it('says that the connection was lost when an answer stays out because of it', async () => {
  const { connection, opened, closed, answers } = open();
  opened();
  answers(async () => {
    closed();
    throw new DOMException('closed', 'AbortError');
  });
  await expect(connection.client.settings.get()).rejects.toThrow(ConnectionLost);
});

it('passes on what the engine says', async () => {
  const { connection, opened, answers } = open();
  opened();
  const refusal = new ORPCError('STALE', { defined: true });
  answers(() => Promise.reject(refusal));
  await expect(connection.client.settings.get()).rejects.toBe(refusal);
});

it('dates a loss from its beginning, however often reconnecting fails', () => {
  const { connection, opened, closed } = open();
  opened();
  closed();
  const first = connection.link.get();
  closed();
  expect(connection.link.get()).toBe(first);
  opened();
  expect(connection.link.get()).toEqual({ state: 'connected' });
});

it('tells when calls can be made', async () => {
  const { connection, opened } = open();
  let ready = false;
  const waiting = connected(connection).then(() => {
    ready = true;
  });
  await Promise.resolve();
  expect(ready).toBe(false);
  opened();
  await waiting;
  await connected(connection);
});
