import { expect, test } from 'vitest';
import { borrowedFolder, controlPath } from './control-path.ts';

test('the socket lies in the data folder', () => {
  expect(controlPath('/var/lib/waypost', 'linux')).toBe('/var/lib/waypost/control.sock');
  expect(borrowedFolder('/var/lib/waypost/control.sock')).toBeUndefined();
});

test('a path too long for a socket is replaced by a short one, always the same', () => {
  const long = `/${'long/'.repeat(30)}folder`;
  const path = controlPath(long, 'linux');
  expect(path).toMatch(/^\/tmp\/waypost-[0-9a-f]{16}\/control\.sock$/);
  expect(controlPath(long, 'linux')).toBe(path);
  expect(controlPath(`${long}2`, 'linux')).not.toBe(path);
  expect(borrowedFolder(path)).toBe(path.replace('/control.sock', ''));
});

test('the limit counts bytes, not characters', () => {
  const folder = `/${'a'.repeat(103 - '/'.length - '/control.sock'.length)}`;
  expect(controlPath(folder, 'darwin')).toBe(`${folder}/control.sock`);
  expect(controlPath(folder.replace('aa', 'aä'), 'darwin')).not.toContain('aä');
});

test('on Windows it is a named pipe; case does not matter there', () => {
  const path = controlPath('C:\\Users\\Anna\\Waypost', 'win32');
  expect(path).toMatch(/^\\\\\.\\pipe\\waypost-[0-9a-f]{16}$/);
  expect(controlPath('c:\\users\\anna\\waypost', 'win32')).toBe(path);
});
