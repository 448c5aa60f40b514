import { type FileHandle, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, type Mock, type MockInstance, vi } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { DiskPress, Unconfirmed } from './disk-press.ts';

let folder: TemporaryFolder;
let wal: string;
let checkpoint: Mock<() => void>;
let disk: DiskPress;
let datasync: MockInstance<FileHandle['datasync']>;

beforeEach(async () => {
  folder = await temporaryFolder();
  wal = join(folder.path, 'notes.db-wal');
  checkpoint = vi.fn();
  disk = new DiskPress(wal, checkpoint);
  const handle = await open(folder.path);
  datasync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync');
  await handle.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await disk.close();
  await folder.remove();
});

it('syncs the log, which need not be there before', async () => {
  await writeFile(wal, 'frames');
  await disk.press();
  await disk.press();
  const [synced, again] = datasync.mock.contexts as FileHandle[];
  expect((await synced?.stat())?.ino).toBe((await stat(wal)).ino);
  expect(again).toBe(synced);
  expect(checkpoint).not.toHaveBeenCalled();
});

it('brings everything into the database when the log could not be synced, and trusts it again then', async () => {
  await writeFile(wal, 'frames');
  datasync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
  await disk.press();
  expect(checkpoint).toHaveBeenCalledTimes(1);
  await disk.press();
  expect([datasync.mock.calls.length, checkpoint.mock.calls.length]).toEqual([2, 1]);
});

it('confirms nothing until that is done, even if the system has forgotten the failure', async () => {
  await writeFile(wal, 'frames');
  datasync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
  checkpoint.mockImplementation(() => {
    throw new Error('the database is busy');
  });
  await expect(disk.press()).rejects.toThrow(Unconfirmed);
  await expect(disk.press()).rejects.toThrow(
    'The disk did not confirm what was stored: the database is busy',
  );
  expect(datasync).toHaveBeenCalledTimes(1);
  checkpoint.mockReset();
  await disk.press();
  await disk.press();
  expect(datasync).toHaveBeenCalledTimes(2);
});
