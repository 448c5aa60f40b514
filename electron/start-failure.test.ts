import type { MessageBoxOptions } from 'electron';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../server/host/failure.ts';
import { AlreadyRunning } from '../server/host/lock.ts';
import { writeRunFile } from '../server/host/run-file.ts';
import { type TemporaryFolder, temporaryFolder } from '../server/testing/temp.ts';
import { explainFailure } from './start-failure.ts';

let folder: TemporaryFolder;
let asked: MessageBoxOptions[];
let opened: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  asked = [];
  opened = [];
});
afterEach(() => folder.remove());

const explain = (error: unknown, response = 0) =>
  explainFailure(error, {
    dataFolder: folder.path,
    ask: async (options) => {
      asked.push(options);
      return { response, checkboxChecked: false };
    },
    openExternal: async (url) => void opened.push(url),
  });

const UI = 'http://127.0.0.1:8025/?token=t';
const runs = () => writeRunFile(folder.path, { pid: 12, version: '1', ui: UI, listeners: [] });

test('a sentence of our own is shown as it is', async () => {
  await explain(new Failure('The data folder /x can’t be written to: permission denied.'));
  expect(asked).toMatchObject([
    { detail: 'The data folder /x can’t be written to: permission denied.', buttons: ['Close'] },
  ]);
});

test('what the system said becomes a sentence', async () => {
  await explain(Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' }));
  expect(asked).toMatchObject([{ detail: 'no space left on the disk.' }]);
});

test('a service on the folder is named, and its settings can be opened instead', async () => {
  runs();
  await explain(new AlreadyRunning(12));
  expect(asked).toMatchObject([
    {
      detail: 'Waypost already runs on this folder (process 12). It has a settings window of its own.',
      buttons: ['Open Its Settings', 'Close'],
    },
  ]);
  expect(opened).toEqual([UI]);
});

test('closing opens nothing', async () => {
  runs();
  await explain(new AlreadyRunning(12), 1);
  expect(opened).toEqual([]);
});

test('a service without a window is only named', async () => {
  await explain(new AlreadyRunning(12));
  expect(asked).toMatchObject([
    { detail: 'Waypost already runs on this folder (process 12). Stop that one first.', buttons: ['Close'] },
  ]);
});
