import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../server/testing/temp.ts';
import { autostartItem, systemLoginItem } from './login-item.ts';

describe('Linux', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  test('a file in the autostart folder, there while it is on', async () => {
    const item = autostartItem(join(folder.path, 'config'), {
      program: '/opt/Waypost/waypost',
      args: ['--hidden'],
    });
    expect(item.isOn()).toBe(false);
    item.set(false);
    item.set(true);
    expect(item.isOn()).toBe(true);
    const file = await readFile(join(folder.path, 'config', 'autostart', 'waypost.desktop'), 'utf8');
    expect(file.split('\n')).toContain('Exec="/opt/Waypost/waypost" "--hidden"');
    expect(file).toMatch(/^\[Desktop Entry\]\nType=Application\n/);
    item.set(false);
    expect(item.isOn()).toBe(false);
  });

  test.each([
    ['/a b/c', '"/a b/c"'],
    ['/a"b', '"/a\\\\"b"'],
    ['/a$b`c', '"/a\\\\$b\\\\`c"'],
    ['/a\\b', '"/a\\\\\\\\b"'],
    ['/100%', '"/100%%"'],
  ])('the program %s stands as %s', async (program, expected) => {
    autostartItem(folder.path, { program, args: [] }).set(true);
    const file = await readFile(join(folder.path, 'autostart', 'waypost.desktop'), 'utf8');
    expect(file.split('\n')).toContain(`Exec=${expected}`);
  });
});

test('elsewhere the system does it, asked for the same command as it was told', () => {
  const command = { program: 'C:\\Waypost.exe', args: ['--hidden'] };
  const app = { getLoginItemSettings: vi.fn(() => ({ openAtLogin: true })), setLoginItemSettings: vi.fn() };
  const item = systemLoginItem(app as unknown as Parameters<typeof systemLoginItem>[0], command);
  expect(item.isOn()).toBe(true);
  item.set(false);
  const expected = { path: 'C:\\Waypost.exe', args: ['--hidden'] };
  expect(app.getLoginItemSettings).toHaveBeenCalledWith(expected);
  expect(app.setLoginItemSettings).toHaveBeenCalledWith({ openAtLogin: false, ...expected });
});
