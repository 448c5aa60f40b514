import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBrowser, provideBrowser, requireBrowser, usualPlaces } from './browser.mjs';

/** @type {Set<string>} */
let there;
/** @type {string} */
let said;
beforeEach(() => {
  there = new Set();
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

/** @param {Partial<import('./browser.mjs').Machine>} [parts] */
const machine = (parts) => ({
  env: {},
  platform: /** @type {NodeJS.Platform} */ ('linux'),
  works: (/** @type {string} */ path) => there.has(path),
  downloaded: async () => '/playwright/chrome',
  ...parts,
});

describe('finding', () => {
  test('the variable comes first', async () => {
    there = new Set(['/usr/bin/chromium', '/mine']);
    expect(await findBrowser(machine({ env: { WAYPOST_CHROMIUM: '/mine' } }))).toBe('/mine');
  });

  test('a variable that names no browser is told, not passed over', async () => {
    there = new Set(['/usr/bin/chromium']);
    const work = findBrowser(machine({ env: { WAYPOST_CHROMIUM: '/gone' } }));
    await expect(work).rejects.toThrow('WAYPOST_CHROMIUM is /gone, but no browser runs there.');
  });

  test.each(['/usr/bin/chromium', '/usr/bin/google-chrome'])('%s is found', async (path) => {
    there = new Set([path]);
    expect(await findBrowser(machine())).toBe(path);
  });

  test('what does not run is passed over for the download', async () => {
    there = new Set(['/playwright/chrome']);
    expect(await findBrowser(machine())).toBe('/playwright/chrome');
  });

  test('none is an error only for who needs one', async () => {
    expect(await findBrowser(machine())).toBeUndefined();
    await expect(requireBrowser(machine())).rejects.toThrow('There is no browser for the tests');
  });

  test('places differ by system', () => {
    const env = { ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\anna\\Local' };
    expect(usualPlaces('win32', env)).toContain('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe');
    expect(usualPlaces('win32', {})).toEqual([]);
    expect(usualPlaces('darwin', {})[1]).toBe('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  });
});

describe('providing', () => {
  const nothing = async () => ({ status: 1, output: 'one\ntwo\nno network\n' });
  const install = async () => {
    there.add('/usr/bin/chromium');
    return { status: 0, output: '' };
  };

  test('is silent where there is one', async () => {
    there = new Set(['/usr/bin/chromium']);
    await provideBrowser({ ...machine(), steps: [() => Promise.reject(new Error('not needed'))] });
    expect(said).toBe('');
  });

  test('goes on to the next way, and stops at the first that helped', async () => {
    const never = () => Promise.reject(new Error('not needed'));
    await provideBrowser({ ...machine(), steps: [nothing, install, never] });
    expect(said).toBe('Fetching a browser for the tests (once, a minute or two)…\n');
  });

  test('a package that brought no browser does not count', async () => {
    await provideBrowser({ ...machine(), steps: [async () => ({ status: 0, output: 'a snap' })] });
    expect(said).toContain("can't be had here");
  });

  test('says why there is none', async () => {
    await provideBrowser({ ...machine(), steps: [nothing] });
    expect(said).toContain("A browser for the tests can't be had here.");
    expect(said).toContain('no network');
  });

  test('installs nothing beside a variable that is wrong', async () => {
    const never = () => Promise.reject(new Error('not needed'));
    await provideBrowser({ ...machine({ env: { WAYPOST_CHROMIUM: '/gone' } }), steps: [never] });
  });
});
