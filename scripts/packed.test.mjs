import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LANGUAGES, packWithFakeElectron } from './fake-electron.mjs';
import { root } from './project.mjs';

// What electron-builder makes of what is built now. All but Electron itself is real.

/** What is packed may take so much room, in bytes; Electron comes on top. */
const LIMIT = 8_000_000;

/** @type {import('./fake-electron.mjs').Packed} */
let packed;
let archive = '';
/** @type {string[]} */
let files = [];

beforeAll(async () => {
  if (!existsSync(join(root, 'out', 'electron', 'main.js'))) throw new Error('Build first: npm run build.');
  packed = await packWithFakeElectron();
  archive = join(packed.app, 'resources', 'app.asar');
  const entries = listPackage(archive, { isPack: false }).map((path) => path.split(sep).slice(1).join('/'));
  // A folder is whatever something else lies in.
  files = entries.filter((path) => !entries.some((other) => other.startsWith(`${path}/`)));
}, 120_000);

afterAll(() => packed?.remove());

describe('what is packed', () => {
  test('is the whole build', () => {
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'out/electron/main.js', 'out/electron/preload.cjs']),
    );
    const built = readdirSync(join(root, 'out', 'renderer'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length).split(sep).join('/'));
    expect(built).toContain('out/renderer/index.html');
    expect(files.filter((path) => path.startsWith('out/renderer/')).sort()).toEqual(built.sort());
  });

  test('is every picture that the app shows', () => {
    const tray = readdirSync(join(root, 'electron', 'images', 'tray')).map(
      (name) => `electron/images/tray/${name}`,
    );
    expect(tray.length).toBeGreaterThan(0);
    const pictures = ['electron/images/icon.png', ...tray];
    expect(files.filter((path) => path.startsWith('electron/')).sort()).toEqual(pictures.sort());
  });

  test('is one package with native code, for this machine', () => {
    const modules = files.filter((path) => path.startsWith('node_modules/'));
    const names = new Set(modules.map((path) => path.split('/').slice(1, 3).join('/')));
    const [, native = ''] = [...names].sort();
    expect([...names].sort()).toEqual(['@node-rs/argon2', native]);
    expect(native).toMatch(new RegExp(`^@node-rs/argon2-(linux|darwin|win32)-${process.arch}`));
    expect(modules).toContain('node_modules/@node-rs/argon2/index.js');
    expect(modules.filter((path) => path.endsWith('.node'))).toHaveLength(1);
  });

  test('is nothing else', () => {
    const expected =
      /^(package\.json$|out\/(electron|renderer)\/|electron\/images\/|node_modules\/@node-rs\/)/;
    expect(files.filter((path) => !expected.test(path))).toEqual([]);
    expect(files.filter((path) => /\.(map|ts|tsx|md|sh|plist|ico|icns)$|\.test\./.test(path))).toEqual([]);
  });

  test('says what the app is, and nothing of how it is developed', () => {
    const metadata = JSON.parse(extractFile(archive, 'package.json').toString());
    const { name, productName, version, desktopName } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    expect(metadata).toMatchObject({ name, productName, version, desktopName, type: 'module' });
    expect(metadata.main).toBe('out/electron/main.js');
    expect([metadata.scripts, metadata.devDependencies]).toEqual([undefined, undefined]);
  });

  test('takes little room', () => {
    const size = readdirSync(join(packed.app, 'resources'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(size).toBeGreaterThan(500_000);
    expect(size).toBeLessThan(LIMIT);
  });
});

test('the main process finds all that it imports', () => {
  const main = extractFile(archive, 'out/electron/main.js').toString();
  const imported = new Set(
    [...main.matchAll(/^import\b[^'"]*['"]([^'"]+)['"]/gm)].map(([, name = '']) => name),
  );
  const foreign = [...imported].filter((name) => !isBuiltin(name) && name !== 'electron');
  expect(imported).toContain('electron');
  expect(foreign).toEqual(['@node-rs/argon2']);

  const copy = join(packed.app, '..', 'extracted');
  extractAll(archive, copy);
  const hash = `require('@node-rs/argon2').hash('secret').then((it) => console.log(it.slice(0, 9)))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--eval', hash], { cwd: copy, encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual(['$argon2id', '']);
});

test('native code lies beside the archive, where the system can load it', () => {
  const beside = join(packed.app, 'resources', 'app.asar.unpacked');
  const there = readdirSync(beside, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(there.map(({ name }) => name)).toEqual([expect.stringMatching(/^argon2\..+\.node$/)]);
});

test('each pattern of what is packed finds something', () => {
  const { files: patterns } = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
  const found = patterns
    .filter((/** @type {string} */ pattern) => !pattern.startsWith('!'))
    .map((/** @type {string} */ pattern) => pattern.replace(/\*\*$/, ''))
    .filter((/** @type {string} */ start) => !files.some((path) => path.startsWith(start)));
  expect(found).toEqual([]);
});

test('every fuse of the binary is turned', async () => {
  const { version, ...wire } = await getCurrentFuseWire(join(packed.app, 'waypost-desktop'));
  const on = FuseState.ENABLE;
  const off = FuseState.DISABLE;
  expect(version).toBe('1');
  expect(wire).toEqual({
    [FuseV1Options.RunAsNode]: off,
    [FuseV1Options.EnableCookieEncryption]: on,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
    [FuseV1Options.EnableNodeCliInspectArguments]: off,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
    [FuseV1Options.OnlyLoadAppFromAsar]: on,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
  });
});

test('the languages that many speak are kept', () => {
  const kept = readdirSync(join(packed.app, 'locales')).map((name) => name.replace('.pak', ''));
  expect(kept.sort()).toEqual(['de', 'en-GB', 'en-US', 'es', 'es-419', 'zh-CN']);
  expect(LANGUAGES).toEqual(expect.arrayContaining(kept));
});

describe('the deb', () => {
  /** What goes where, by place. */
  const places = () =>
    new Map(
      packed.fpm
        .filter((arg) => !arg.startsWith('-') && arg.includes('=/'))
        .map((arg) => {
          const [from = '', to = ''] = arg.split('=');
          return [to, from];
        }),
    );

  test('puts files where they belong', () => {
    const icon = /^\/usr\/share\/icons\/hicolor\/(\d+)x\1\/apps\/waypost-desktop\.png$/;
    const all = [...places().keys()];
    expect(all.filter((place) => !icon.test(place)).sort()).toEqual([
      '/opt/Waypost',
      '/usr/lib/sysctl.d/50-waypost.conf',
      '/usr/share/applications/waypost.desktop',
    ]);
    const sizes = all.flatMap((place) => icon.exec(place)?.[1] ?? []).map(Number);
    expect(sizes).toEqual(expect.arrayContaining([16, 32, 48, 128, 256]));
    const own = [...places()].filter(([place]) => icon.test(place)).map(([, from]) => from);
    expect(own.filter((from) => !from.includes(join('electron', 'images', 'icons')))).toEqual([]);
  });

  test('opens port 25 by one line', () => {
    const file = places().get('/usr/lib/sysctl.d/50-waypost.conf') ?? '';
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'net.ipv4.ip_unprivileged_port_start = 25',
    ]);
  });

  test('runs our scripts as they are', () => {
    for (const [option, name] of [
      ['--after-install', 'after-install.sh'],
      ['--after-remove', 'after-remove.sh'],
    ]) {
      const script = readFileSync(join(root, 'electron', 'packaging', name ?? ''), 'utf8');
      expect(packed.scripts.get(option ?? '')).toBe(script);
    }
  });

  test('brings the AppArmor profile that its script installs', () => {
    const profile = readFileSync(join(packed.app, 'resources', 'apparmor-profile'), 'utf8');
    expect(profile).toContain('"/opt/Waypost/waypost-desktop"');
    expect(profile).toContain('userns,');
  });

  test('says who it is', () => {
    const value = (/** @type {string} */ option) => packed.fpm[packed.fpm.indexOf(option) + 1];
    const { version, author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(['--name', '--version', '--category', '--maintainer'].map(value)).toEqual([
      'waypost',
      version,
      'mail',
      `${author.name} <${author.email}>`,
    ]);
  });
});

test.each(/** @type {const} */ (['menu', 'appImageMenu']))('%s: people find the app', (kind) => {
  const lines = packed[kind].trim().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '[Desktop Entry]',
      'Type=Application',
      'Name=Waypost',
      'GenericName=Mail Server',
      expect.stringMatching(/^Comment=\w.+/),
      'Categories=Network;Email;',
      expect.stringMatching(/^Keywords=(\w+;)+$/),
      'StartupWMClass=waypost',
      'Icon=waypost-desktop',
      kind === 'menu' ? 'Exec=/opt/Waypost/waypost-desktop %U' : 'Exec=AppRun %U',
    ]),
  );
});
