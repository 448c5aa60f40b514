import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRouter } from './api.ts';
import { startEngine } from './engine/start.ts';
import type { Engine } from './engine.ts';
import { plainBox, type SecretBox } from './settings/secrets.ts';
import { unusedPort } from './testing/ports.ts';
import { type TemporaryFolder, temporaryFolder } from './testing/temp.ts';

/** A keyring as the desktop has one: it takes over what the service has stored. */
const keyring: SecretBox = {
  protection: 'keyring',
  seal: (secret) => `sealed:${Buffer.from(secret).toString('hex')}`,
  open: (sealed) =>
    sealed.startsWith('sealed:') ? Buffer.from(sealed.slice(7), 'hex').toString() : plainBox.open(sealed),
  isCurrent: (sealed) => sealed.startsWith('sealed:'),
};

let folder: TemporaryFolder;
let engine: Engine;

const api = () => createRouterClient(createRouter(engine));

async function start(secrets?: SecretBox, settingsPatch?: unknown): Promise<void> {
  engine = await startEngine({
    dataFolder: folder.path,
    version: 'test',
    ...(secrets ? { secrets } : {}),
    ...(settingsPatch ? { settingsPatch } : {}),
  });
}

const stored = async () =>
  JSON.parse(await readFile(join(folder.path, 'settings.json'), 'utf8')).settings.smartHost.password;

beforeEach(async () => {
  folder = await temporaryFolder();
  const at = async () => ({ port: await unusedPort('127.0.0.1'), address: '127.0.0.1' });
  const incoming = { primary: await at(), secondary: await at() };
  await start(undefined, { incoming, smartHost: { account: 'me', password: 'geheim' } });
});
afterEach(async () => {
  await engine.stop();
  await folder.remove();
});

it('a folder goes from the service to a desktop with a keyring, back, and there again', async () => {
  expect([await stored(), (await api().machine.get()).secrets]).toEqual(['plain:geheim', 'file']);
  await engine.stop();

  await start(keyring);
  expect([await stored(), (await api().machine.get()).secrets]).toEqual(['sealed:67656865696d', 'keyring']);
  expect(engine.settings.settings.smartHost.password).toBe('geheim');
  await engine.stop();

  await start();
  expect(engine.settings.settings.smartHost.password).toBe('');
  const shown = await api().settings.get();
  expect([shown.settings.smartHost.password, shown.unreadable]).toEqual([null, ['smartHost.password']]);
  const told = await api().log.search({ text: "can't be read here", limit: 9 });
  expect(told).toMatchObject([{ kind: 'server', level: 'warning' }]);
  await api().settings.apply({ patch: { maxMessageSizeMB: 10 } });
  await api().settings.apply({ patch: { ...shown.settings, maxMessageSizeMB: 11 } });
  expect(await stored()).toBe('sealed:67656865696d');
  await engine.stop();

  await start(keyring);
  expect(engine.settings.settings.smartHost.password).toBe('geheim');
  expect((await api().settings.get()).unreadable).toEqual([]);
});

it('a new password takes the place of one that can not be read', async () => {
  await engine.stop();
  await start(keyring);
  await engine.stop();
  await start();
  const { unreadable } = await api().settings.apply({ patch: { smartHost: { password: 'neu' } } });
  expect([unreadable, await stored()]).toEqual([[], 'plain:neu']);
});
