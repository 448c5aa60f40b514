import { ORPCError } from '@orpc/client';
import { describe, expect, it, vi } from 'vitest';
import { PORT_GIVEN, PORT_WANTED } from '../server/contract/port.ts';
import { type Channel, ConnectionLost, connected, openConnection, portChannel } from './client.ts';

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

describe('the port of the desktop', () => {
  /** Gives the page a port, as the preload does. */
  function give(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    dispatchEvent(new MessageEvent('message', { source: window, data: PORT_GIVEN, ports: [port1] }));
    return port2;
  }

  it('is asked for, and asked for again when it was closed', async () => {
    const asked = vi.spyOn(window, 'postMessage');
    const { link, client } = openConnection(portChannel());
    expect(asked.mock.calls).toEqual([[PORT_WANTED, '/']]);
    expect(link.get().state).toBe('connecting');

    const other = give();
    expect(link.get().state).toBe('connected');
    const calls: unknown[] = [];
    other.onmessage = ({ data }) => calls.push(data);
    const call = client.status.get();
    await vi.waitFor(() => expect(calls).toHaveLength(1));

    other.close();
    await expect(call).rejects.toThrow(ConnectionLost);
    expect(link.get().state).toBe('lost');
    await expect(client.status.get()).rejects.toThrow(ConnectionLost);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    give().close();
    asked.mockRestore();
  });

  it('is taken from this very window only', () => {
    const { link } = openConnection(portChannel());
    const { port1 } = new MessageChannel();
    for (const source of [null, document.createElement('iframe').contentWindow])
      dispatchEvent(new MessageEvent('message', { source, data: PORT_GIVEN, ports: [port1] }));
    dispatchEvent(new MessageEvent('message', { source: window, data: PORT_GIVEN }));
    dispatchEvent(new MessageEvent('message', { source: window, data: 'other', ports: [port1] }));
    expect(link.get().state).toBe('connecting');
  });
});
