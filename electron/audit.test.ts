/**
 * What the desktop's safety rests on, spelled out. A change of any of it is a decision, so it has to be made here
 * as well; the policy of the page is held by `page.test.ts`.
 */
import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Session } from 'electron';
import { describe, expect, test } from 'vitest';
import { contract } from '../server/contract/api.ts';
import { guardPages, guardSession } from './guard.ts';
import { webPreferences } from './window-options.ts';

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

/** Every match in the sources, with its file. */
const occurrences = (pattern: RegExp) =>
  sources.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([found]) => `${name}: ${found}`));

test('the window’s options', () => {
  expect(webPreferences('/preload.cjs', true)).toEqual({
    preload: '/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    experimentalFeatures: false,
    spellcheck: false,
    devTools: false,
  });
  expect(occurrences(/webPreferences:/g)).toEqual(['window-options.ts: webPreferences:']);
  expect(occurrences(/new BrowserWindow\b/g)).toEqual(['face.ts: new BrowserWindow']);
});

describe('the IPC surface', () => {
  test('one channel, on which nothing but a port comes in', () => {
    // Through openPorts, which has tests of its own, after the check of the sender.
    expect(occurrences(/ipc(?:Main)?\.(?:on|once|handle|handleOnce|addListener)\([^,]*/g)).toEqual([
      'ipc.ts: ipc.on(PORT_CHANNEL',
    ]);
    expect(occurrences(/\bipcMain\b(?!,? [a-z}])/g)).toEqual(['desktop.ts: ipcMain']);
  });

  test('nothing is sent to the page but over its port', () => {
    expect(occurrences(/webContents\.(?:send|postMessage|executeJavaScript)|contextBridge/g)).toEqual([]);
  });

  test('the preload passes a port, and has no other power', () => {
    const preload = sources.find(({ name }) => name === 'preload.ts')?.text ?? '';
    expect(preload.match(/from '.*'/g)).toEqual(["from 'electron'", "from '../server/contract/port.ts'"]);
    expect(preload.match(/import \{ .* \} from 'electron'/g)).toEqual([
      "import { ipcRenderer } from 'electron'",
    ]);
    expect(preload.match(/ipcRenderer\.\w+/g)).toEqual(['ipcRenderer.postMessage']);
    expect(preload).not.toMatch(/require|eval|Function\(/);
  });

  test('what can be asked over the port', () => {
    const procedures = Object.entries(contract).flatMap(([group, members]) =>
      Object.keys(members).map((name) => `${group}.${name}`),
    );
    expect(procedures.sort()).toEqual([
      'accounts.add',
      'accounts.list',
      'accounts.remove',
      'accounts.update',
      'diagnose.incoming',
      'diagnose.port25',
      'diagnose.smartHost',
      'log.live',
      'log.page',
      'log.search',
      'log.transcript',
      'machine.get',
      'mail.list',
      'mail.page',
      'mail.raw',
      'mail.remove',
      'queue.domains',
      'queue.hold',
      'queue.ids',
      'queue.list',
      'queue.page',
      'queue.raw',
      'queue.release',
      'queue.remove',
      'queue.retry',
      'queue.steer',
      'sessions.block',
      'sessions.end',
      'sessions.unblock',
      'settings.apply',
      'settings.get',
      'settings.preview',
      'settings.undo',
      'status.get',
      'status.live',
      'traffic.pause',
      'traffic.resume',
    ]);
  });
});

describe('what no page may do', () => {
  function guarded() {
    const app = new EventEmitter();
    guardPages(app as App);
    let opens: (() => { action: string }) | undefined;
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: (handler: typeof opens) => {
        opens = handler;
      },
    });
    app.emit('web-contents-created', {}, contents);
    return { contents, open: () => opens?.().action };
  }

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    '%s',
    (event) => {
      const { contents } = guarded();
      let prevented = 0;
      contents.emit(event, { preventDefault: () => prevented++ });
      expect(prevented).toBe(1);
    },
  );

  test.each([
    ['about:srcdoc', false, 0],
    ['about:srcdoc', true, 1],
    ['about:blank', false, 1],
    ['https://example.com/', false, 1],
    ['data:text/html,x', false, 1],
  ])('a frame may show what the page writes into it, and nothing else: %s', (url, isMainFrame, denied) => {
    const { contents } = guarded();
    let prevented = 0;
    contents.emit('will-frame-navigate', { url, isMainFrame, preventDefault: () => prevented++ });
    expect(prevented).toBe(denied);
  });

  test('open another window', () => {
    expect(guarded().open()).toBe('deny');
  });

  test('be given a permission, or load anything that is not ours', () => {
    const answers: unknown[] = [];
    const session = Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: (handler: (c: unknown, p: string, answer: (a: boolean) => void) => void) =>
        handler({}, 'media', (answer) => answers.push(answer)),
      setPermissionCheckHandler: (handler: () => boolean) => answers.push(handler()),
      setDevicePermissionHandler: (handler: () => boolean) => answers.push(handler()),
      webRequest: {
        onBeforeRequest: (
          handler: (details: { url: string }, answer: (a: { cancel: boolean }) => void) => void,
        ) => {
          for (const url of REQUESTS) handler({ url }, ({ cancel }) => answers.push([url, cancel]));
        },
      },
    });
    guardSession(session as unknown as Session);
    expect(answers).toEqual([
      false,
      false,
      false,
      ['app://waypost/assets/main.js', false],
      ['blob:app://waypost/1', false],
      ['https://example.com/', true],
      ['http://127.0.0.1/', true],
      ['file:///etc/passwd', true],
      ['app://elsewhere/', true],
      ['ws://127.0.0.1/', true],
    ]);
    let prevented = 0;
    const download = (url: string) =>
      session.emit('will-download', { preventDefault: () => prevented++ }, { getURL: () => url });
    download('blob:app://waypost/1');
    expect(prevented).toBe(0);
    download('https://example.com/x.exe');
    expect(prevented).toBe(1);
  });
});

const REQUESTS = [
  'app://waypost/assets/main.js',
  'blob:app://waypost/1',
  'https://example.com/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'app://elsewhere/',
  'ws://127.0.0.1/',
];

test('the app’s protocol is private, and the sandbox is on for every renderer', () => {
  expect(occurrences(/privileges: \{.*?\}/g)).toEqual([
    'main.ts: privileges: { standard: true, secure: true }',
  ]);
  expect(occurrences(/app\.enableSandbox\(\)/g)).toEqual(['main.ts: app.enableSandbox()']);
  expect(occurrences(/commandLine|--no-sandbox|disable-web-security/g)).toEqual([]);
  expect(occurrences(/shell\.\w+/g)).toEqual(['desktop.ts: shell.openExternal']);
});
