import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDefinedError, safe } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeState, fakeRouter, fakeState } from '../testing/fixtures/fake-api.ts';
import { openSocket, openWindow } from '../testing/fixtures/renderer.ts';
import { eventually } from '../testing/temp.ts';
import { type SettingsWindow, serveWindow, type WindowOptions } from './http.ts';

let state: FakeState;
let logged: [unknown, string][];
let window: SettingsWindow | undefined;

beforeEach(() => {
  state = fakeState();
  logged = [];
});
afterEach(() => window?.stop());

async function open(more: Partial<WindowOptions> = {}) {
  window ??= await serveWindow({
    host: '127.0.0.1',
    port: 0,
    files: { index: '', files: new Map() },
    token: 'token',
    router: fakeRouter(state),
    context: {},
    log: (error, procedure) => logged.push([error, procedure]),
    ...more,
  });
  return openWindow(window.address('127.0.0.1'));
}
afterEach(() => {
  window = undefined;
});

describe('a call', () => {
  it('comes back with its values and dates', async () => {
    const { client } = await open();
    const receivedAt = new Date('2026-11-22T12:34:56.789Z');
    state.mails = [{ id: '1', from: 'a@example.com', subject: 'Grüße 📬', size: 12, receivedAt }];
    expect(await client.mail.list({ address: 'b@example.com' })).toEqual(state.mails);
    const bytes = new Uint8Array(300_000).map((_, index) => index);
    state.raw.set('1', bytes);
    const { total, part } = await client.mail.raw({ address: 'b@example.com', id: '1', offset: 0 });
    expect([total, part.size]).toEqual([300_000, 100_000]);
  });

  it('that is refused brings the typed error, and is nothing to log', async () => {
    const { client } = await open();
    const { error } = await safe(client.settings.apply({ patch: { incoming: { maxTotal: 5 } } }));
    if (!isDefinedError(error)) throw new Error('not typed', { cause: error });
    expect([error.code, error.data.issues[0]?.path]).toEqual(['INVALID', 'incoming.maxTotal']);
    const wrong = await safe(client.settings.undo({ revision: 'x' } as never));
    expect(wrong.error).toMatchObject({ code: 'BAD_REQUEST' });
    expect(logged).toEqual([]);
  });

  it('that fails by our fault tells the caller nothing and the log everything', async () => {
    const { client } = await open();
    const fault = new Error('secret detail');
    state.beforeStatus = () => {
      throw fault;
    };
    const { error } = await safe(client.status.get());
    expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' });
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(logged).toEqual([[fault, 'status/get']]);
    state.beforeStatus = () => {};
    expect(await client.status.get()).toEqual(state.status);
  });
});

describe('status.live', () => {
  it('brings the view at once, then whatever changes', async () => {
    const { client } = await open();
    const views = await client.status.live();
    expect((await views.next()).value).toMatchObject({ revision: 1 });
    const next = views.next();
    state.revision = 2;
    await eventually(() => {
      state.wake();
      return state.watchers === 1;
    });
    expect((await next).value).toMatchObject({ revision: 2 });
    await views.return?.();
  });

  it.each([
    ['leaves the loop', async ({ views }: Watching) => void (await views.return?.())],
    ['closes the window', async ({ socket }: Watching) => socket.close()],
    ['dies', async ({ socket }: Watching) => socket.terminate()],
  ])('ends on the server without any change when the caller %s', async (_, leave) => {
    const { client, socket } = await open();
    const views = await client.status.live();
    await views.next();
    expect(state.watchers).toBe(1);
    await leave({ views, socket });
    await eventually(() => state.watchers === 0, { what: 'nobody watching' });
    expect(logged).toEqual([]);
  });
});

interface Watching {
  readonly views: AsyncIterator<unknown>;
  readonly socket: Awaited<ReturnType<typeof open>>['socket'];
}

describe('limits', () => {
  it('a message over 1 MiB ends the connection', async () => {
    const { client, socket } = await open();
    expect(await client.settings.preview({ patch: 'x'.repeat(1_000_000) })).toEqual({ sentences: [] });
    const closed = once(socket, 'close');
    void safe(client.settings.preview({ patch: 'x'.repeat(1_100_000) }));
    expect((await closed)[0]).toBe(1009);
  });

  it('what is no call at all ends the connection, and others go on', async () => {
    const [{ socket }, { client }] = [await open(), await open()];
    const closed = once(socket, 'close');
    socket.send('{{{');
    expect((await closed)[0]).toBe(1007);
    expect(await client.status.get()).toEqual(state.status);
    expect(logged).toHaveLength(1);
  });

  it('more connections than there may be are refused until one is free', async () => {
    const { socket, cookie } = await open({ maxConnections: 2 });
    await open();
    const address = window?.address('127.0.0.1') ?? '';
    const headers = { cookie, origin: new URL(address).origin };
    await expect(openSocket(address, headers)).rejects.toThrow('Unexpected server response: 503');
    socket.close();
    await eventually(() => openSocket(address, headers), { what: 'a free place' });
  });

  it('who does not answer pings is cut, who does stays', async () => {
    const { socket: mute } = await open({ pingMs: 50 });
    const { client } = await open();
    const closed = once(mute, 'close');
    // Reads nothing any more, as a machine that fell asleep.
    mute.pause();
    await sleep(400);
    mute.resume();
    expect((await closed)[0]).toBe(1006);
    expect(await client.status.get()).toEqual(state.status);
  });

  it('a stop does not wait for who does not say goodbye', async () => {
    const { socket } = await open();
    socket.pause();
    const began = performance.now();
    await window?.stop();
    expect(performance.now() - began).toBeLessThan(2_000);
    socket.terminate();
  });
});
