/** The SmartHost's password on the desktop: in the keyring's care, and nowhere else. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyPair, testCertificate } from '../server/testing/certificate.ts';
import { type Sink, startSink } from '../server/testing/sink.ts';
import { test as base, expect, type Waypost } from './desktop-fixtures.ts';
import { send } from './mail.ts';
import type { SettingsWindow } from './window.ts';

const PASSWORD = 'gehe1m-zwölf';

interface WithSmartHost {
  certificate: KeyPair;
  smart: Sink;
}

const test = base.extend<WithSmartHost>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from here
  certificate: async ({}, use) => use(await testCertificate({ names: ['smart.test'] })),
  smart: async ({ certificate }, use) => {
    const sink = await startSink({
      certificate,
      starttls: 'on',
      auth: { users: { anna: PASSWORD }, required: true, offered: 'after-tls' },
    });
    await use(sink);
    await sink.stop();
  },
});

/** Every file of the data folder that holds one of the texts. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (texts.some((text) => bytes.includes(text))) found.push(entry.name);
  }
  return found;
}

async function enterPassword(app: SettingsWindow, smart: Sink): Promise<void> {
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', `127.0.0.1:${smart.port}`);
  await app.toggle('Use SmartHost Exclusively');
  await app.toggle('Authenticate');
  await app.type('Account Name', 'anna');
  await app.type('Password', PASSWORD);
  await app.applyNow();
}

const encodings = [PASSWORD, Buffer.from(PASSWORD).toString('base64'), encodeURIComponent(PASSWORD)];
const note = (app: SettingsWindow) => app.page.getByText(/There is no keyring here/);
const stored = async ({ folder }: Waypost): Promise<string> =>
  JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8')).settings.smartHost.password;

test('is sealed by the keyring, works after a restart, and is nowhere to be read', async ({
  waypost,
  desktopWindow: app,
  smart,
}) => {
  await enterPassword(app, smart);
  await send(waypost, 'bob@remote.test');
  const [message] = await smart.waitFor(1);
  expect(message?.session).toMatchObject({ user: 'anna' });
  await expect(note(app)).toBeHidden();
  expect(await filesWith(waypost.folder, encodings)).toEqual([]);
  expect(await stored(waypost)).toMatch(/^sealed:/);

  await waypost.desktop.quit();
  await waypost.desktop.ended;
  await waypost.again();
  const again = await waypost.window();
  await expect(again.field('Password')).toHaveAttribute('placeholder', 'A password is set');
  await send(waypost, 'bob@remote.test');
  expect((await smart.waitFor(2))[1]?.session).toMatchObject({ user: 'anna' });
  // The page has only ever learned that there is one.
  expect(await waypost.desktop.heldInMemory('A password is set', ...encodings)).toEqual([
    'A password is set',
  ]);
});

test('with another keyring it has to be entered again, and nothing else is lost', async ({
  waypost,
  desktopWindow: app,
  smart,
}) => {
  await enterPassword(app, smart);
  const sealed = await stored(waypost);
  await waypost.desktop.quit();
  await waypost.desktop.ended;
  await waypost.again({ keyringSecret: 'another person' });
  const other = await waypost.window();
  await expect(other.field('Account Name')).toHaveValue('anna');
  await other.type('Total', '30');
  await other.applyNow();
  expect(await stored(waypost)).toBe(sealed);

  await waypost.desktop.quit();
  await waypost.desktop.ended;
  await waypost.again();
  await waypost.window();
  await send(waypost, 'bob@remote.test');
  expect((await smart.waitFor(1))[0]?.session).toMatchObject({ user: 'anna' });
});

for (const keyring of ['unavailable', 'basic_text'] as const) {
  test.describe(`without a keyring (${keyring})`, () => {
    test.use({ desktopStart: { keyring } });

    test('the window says where the password is kept, and it works', async ({
      waypost,
      desktopWindow: app,
      smart,
    }) => {
      await enterPassword(app, smart);
      await expect(note(app)).toBeVisible();
      await send(waypost, 'bob@remote.test');
      expect((await smart.waitFor(1))[0]?.session).toMatchObject({ user: 'anna' });
      expect(await stored(waypost)).toMatch(/^plain:/);
    });
  });
}

test('what the service has kept in plain text is sealed at the first start', async ({ waypost, smart }) => {
  await waypost.window();
  await waypost.desktop.quit();
  await waypost.desktop.ended;
  await waypost.again({ keyring: 'unavailable' });
  await enterPassword(await waypost.window(), smart);
  expect(await filesWith(waypost.folder, encodings)).toEqual(['settings.json']);
  await waypost.desktop.quit();
  await waypost.desktop.ended;
  await waypost.again();
  await waypost.window();
  expect(await filesWith(waypost.folder, encodings)).toEqual([]);
  await send(waypost, 'bob@remote.test');
  expect((await smart.waitFor(1))[0]?.session).toMatchObject({ user: 'anna' });
});
