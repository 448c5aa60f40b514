import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRouter } from './api.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { unusedPort } from './testing/ports.ts';
import { connectSmtp } from './testing/smtp-client.ts';

let waypost: TestEngine;

beforeEach(async () => {
  waypost = await startTestEngine();
});
afterEach(() => waypost.stop());

const api = () => createRouterClient(createRouter(waypost.engine), { context: {} });
const moveTo = (port: number) => ({ incoming: { primary: { port } } });

const answers = (port: number) =>
  connectSmtp({ port }).then(
    (client) => client.quit().then(() => true),
    () => false,
  );

describe('settings.undo', () => {
  it('opens the old port again and closes the new one; undone itself, the other way round', async () => {
    const before = await api().settings.get();
    expect(before.canUndo).toBe(false);
    const port = await unusedPort('127.0.0.1');
    const { revision, canUndo } = await api().settings.apply({ patch: moveTo(port) });
    expect(canUndo).toBe(true);

    const undone = await api().settings.undo({ revision });
    expect(undone.sentences).toEqual([
      `Port ${waypost.port} on 127.0.0.1 opens.`,
      `Port ${port} on 127.0.0.1 closes.`,
    ]);
    expect(undone.settings).toEqual(before.settings);
    expect([await answers(waypost.port), await answers(port)]).toEqual([true, false]);

    await api().settings.undo({ revision: undone.revision });
    expect([await answers(waypost.port), await answers(port)]).toEqual([false, true]);
    await waypost.restart();
    expect(waypost.engine.listeners[0]?.port).toBe(port);
  });

  it('brings a password back that no window has seen', async () => {
    await api().settings.apply({ patch: { smartHost: { password: 'first' } } });
    const { revision } = await api().settings.apply({ patch: { smartHost: { password: 'second' } } });
    const undone = await api().settings.undo({ revision });
    expect(undone.settings.smartHost.password).toBeNull();
    expect(waypost.engine.settings.settings.smartHost.password).toBe('first');
  });

  it('says so when there is nothing to undo, settings given at the start being no such thing', async () => {
    const { revision, canUndo } = await api().settings.get();
    expect([revision, canUndo]).toEqual([1, false]);
    await expect(api().settings.undo({ revision })).rejects.toMatchObject({
      code: 'NOTHING_TO_UNDO',
      defined: true,
      message: expect.stringContaining('nothing to undo'),
    });
  });

  it('is refused for a revision that is no longer the last, and names the present', async () => {
    const { revision } = await api().settings.apply({ patch: { maxMessageSizeMB: 10 } });
    await api().settings.apply({ patch: { maxMessageSizeMB: 11 } });
    await expect(api().settings.undo({ revision })).rejects.toMatchObject({
      code: 'STALE',
      data: { current: { revision: revision + 1, settings: { maxMessageSizeMB: 11 }, canUndo: true } },
    });
  });
});

describe('settings that can not be saved', () => {
  it('are refused with the reason, and neither port nor value has changed', async () => {
    const file = join(waypost.folder, 'settings.json');
    await rm(file);
    await mkdir(file);
    const before = waypost.engine.settings;
    const port = await unusedPort('127.0.0.1');
    await expect(
      api().settings.apply({ patch: { ...moveTo(port), maxMessageSizeMB: 9 } }),
    ).rejects.toMatchObject({
      code: 'NOT_SAVED',
      defined: true,
      message: expect.stringMatching(/^The settings can't be saved: .*EISDIR.* Nothing has changed\.$/),
      data: { issues: [{ path: '' }] },
    });
    expect(waypost.engine.settings).toBe(before);
    expect([await answers(waypost.port), await answers(port)]).toEqual([true, false]);
  });
});

it('machine.get tells version, platform, name and addresses', async () => {
  const machine = await api().machine.get();
  expect(machine).toMatchObject({ version: 'test', platform: process.platform });
  expect(machine.name).not.toBe('');
  expect(machine.addresses.map(({ address }) => address)).toContain('127.0.0.1');
});
