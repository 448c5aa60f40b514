import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchElectron, findElectron, provideElectron, reasonAgainst } from './electron.mjs';

/** @type {string} */
let folder;
/** @type {string} */
let said;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waypost-electron-'));
  put('package.json', '{ "version": "45.4.1" }');
  put('install.js', '');
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * @param {string} name
 * @param {string} content
 */
function put(name, content) {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** What the package's script leaves when it went well. */
function putElectron(version = '45.4.1') {
  put('dist/electron', '');
  put('dist/version', version);
  put('path.txt', 'electron');
}

/** @param {Partial<import('./electron.mjs').Machine>} [parts] */
const machine = (parts) => ({
  env: { DISPLAY: ':0' },
  platform: /** @type {NodeJS.Platform} */ ('linux'),
  isRoot: false,
  folder,
  ...parts,
});

describe('a machine', () => {
  test.each([
    ['with a display', machine(), undefined],
    ['with Wayland only', machine({ env: { WAYLAND_DISPLAY: 'wayland-0' } }), undefined],
    ['without a display', machine({ env: { DISPLAY: '' } }), 'there is no display'],
    ['used by root', machine({ isRoot: true }), 'Electron does not run as root'],
    ['used by root, without a display', machine({ env: {}, isRoot: true }), 'there is no display'],
    ['with macOS', machine({ env: {}, platform: 'darwin' }), undefined],
    ['with Windows', machine({ env: {}, platform: 'win32' }), undefined],
  ])('%s', (_, described, reason) => {
    expect(reasonAgainst(described)).toBe(reason);
  });
});

describe('finding', () => {
  test('nothing, when nothing was fetched', () => {
    expect(findElectron(machine())).toBeUndefined();
  });

  test('what was fetched', () => {
    putElectron();
    expect(findElectron(machine())).toBe(join(folder, 'dist', 'electron'));
    putElectron('v45.4.1');
    expect(findElectron(machine())).toBe(join(folder, 'dist', 'electron'));
  });

  test('not one of another version, and not one that is half there', () => {
    putElectron('45.4.0');
    expect(findElectron(machine())).toBeUndefined();
    putElectron();
    rmSync(join(folder, 'path.txt'));
    expect(findElectron(machine())).toBeUndefined();
    putElectron();
    rmSync(join(folder, 'dist', 'electron'));
    expect(findElectron(machine())).toBeUndefined();
  });

  test.each([
    ['darwin', 'Electron.app/Contents/MacOS/Electron'],
    ['win32', 'electron.exe'],
  ])('on %s it is %s', (platform, program) => {
    putElectron();
    put(`dist/${program}`, '');
    put('path.txt', program);
    const there = machine({ platform: /** @type {NodeJS.Platform} */ (platform) });
    expect(findElectron(there)).toBe(join(folder, 'dist', program));
  });

  test('a folder that is named comes first', () => {
    putElectron();
    put('mine/electron', '');
    const mine = machine({ env: { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'mine') } });
    expect(findElectron(mine)).toBe(join(folder, 'mine', 'electron'));
    rmSync(join(folder, 'mine'), { recursive: true });
    expect(findElectron(mine)).toBeUndefined();
  });
});

describe('providing', () => {
  const never = () => Promise.reject(new Error('not needed'));

  test('is silent where it is', async () => {
    putElectron();
    const provided = await provideElectron({ ...machine(), fetch: never });
    expect(provided).toEqual({ electron: join(folder, 'dist', 'electron') });
    expect(said).toBe('');
  });

  test('fetches it', async () => {
    const fetch = async () => {
      putElectron();
      return undefined;
    };
    const provided = await provideElectron({ ...machine(), fetch });
    expect(provided).toEqual({ electron: join(folder, 'dist', 'electron') });
    expect(said).toBe('Fetching Electron (once, about a minute)…\n');
  });

  test('tells why it could not be fetched', async () => {
    const provided = await provideElectron({ ...machine(), fetch: async () => 'fetch failed' });
    expect(provided).toEqual({ reason: 'Electron could not be fetched (fetch failed)' });
  });

  test('a script that went well but brought nothing does not count', async () => {
    const provided = await provideElectron({ ...machine(), fetch: async () => undefined });
    expect(provided).toEqual({ reason: 'Electron could not be fetched (it is not there)' });
  });

  test('fetches nothing beside a folder that is named wrongly', async () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: '/gone' };
    const provided = await provideElectron({ ...machine({ env }), fetch: never });
    expect(provided).toEqual({ reason: 'ELECTRON_OVERRIDE_DIST_PATH is /gone, but there is no Electron' });
  });

  test('fetches nothing without the package', async () => {
    rmSync(join(folder, 'install.js'));
    const provided = await provideElectron({ ...machine(), fetch: never });
    expect(provided).toEqual({ reason: 'Electron is not installed' });
    expect(said).toBe('');
  });
});

describe('fetching', () => {
  /** @param {string} script of the package */
  const fetchBy = (script, silenceMs = 10_000) => {
    put('install.js', script);
    return fetchElectron({ folder, scratch: join(folder, 'scratch'), silenceMs });
  };

  test('runs the package’s script with a folder for what is under way, and leaves none', async () => {
    const script = `
      const { mkdtempSync, writeFileSync } = require('node:fs');
      const { tmpdir } = require('node:os');
      writeFileSync(mkdtempSync(tmpdir() + '/part-') + '/zip', 'bytes');
      writeFileSync(__dirname + '/tmpdir', tmpdir());`;
    expect(await fetchBy(script)).toBeUndefined();
    expect(readFileSync(join(folder, 'tmpdir'), 'utf8')).toBe(join(folder, 'scratch'));
    expect(existsSync(join(folder, 'scratch'))).toBe(false);
  });

  test('tells what the script said', async () => {
    expect(await fetchBy(`throw new TypeError('fetch failed');`)).toBe('fetch failed');
  });

  test('ends a script when nothing comes in', async () => {
    const script = `require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid)); setInterval(() => {}, 1e6);`;
    expect(await fetchBy(script, 1000)).toBe('nothing came in any more');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(join(folder, 'scratch'))).toBe(false);
  });

  test('lets a slow line take its time, be it fetching or unpacking', async () => {
    const script = `
      const { appendFileSync, mkdirSync } = require('node:fs');
      mkdirSync(__dirname + '/dist');
      let count = 0;
      const timer = setInterval(() => {
        const where = ++count < 8 ? require('node:os').tmpdir() : __dirname + '/dist';
        appendFileSync(where + '/part', 'more');
        if (count === 16) clearInterval(timer);
      }, 200);`;
    // In all it takes longer than the silence that would end it.
    expect(await fetchBy(script, 1500)).toBeUndefined();
  });

  test('a folder that can’t be made is a reason like others', async () => {
    put('file', '');
    const reason = await fetchElectron({ folder, scratch: join(folder, 'file', 'scratch') });
    expect(reason).toContain(join(folder, 'file'));
  });
});
