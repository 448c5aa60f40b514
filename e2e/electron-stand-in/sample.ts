/** Small apps for the tests of the stand-in: one page at `app://sample/`, a window, and what a test adds. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../server/testing/temp.ts';
import { type Desktop, type DesktopOptions, launchDesktop } from '../desktop.ts';

export interface Sample {
  /** Runs when the module is loaded; `electron` is there with all its names. */
  readonly early?: string;
  /** Runs when the app is ready. `open(options)` opens a window at the page and returns it. */
  readonly ready?: string;
  readonly preload?: string;
  /** Scripts of the page, by their names; `page.js` is loaded as a module. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** What the body of the page begins with. */
  readonly body?: string;
  readonly policy?: string;
  readonly options?: Omit<DesktopOptions, 'app' | 'launcher'>;
}

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'";

/** Starts one. The end removes all that was made for it. */
export async function startSample(sample: Sample = {}): Promise<Desktop & { remove(): Promise<void> }> {
  const { path: folder, remove } = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  await put(
    'package.json',
    JSON.stringify({ name: 'sample', version: '1.2.3', type: 'module', main: 'main.js' }),
  );
  await put('main.js', mainSource(sample));
  await put('preload.cjs', sample.preload ?? '');
  const desktop = await launchDesktop({ launcher: 'stand-in', ...sample.options, app: folder });
  const end = desktop.remove.bind(desktop);
  return Object.assign(desktop, {
    remove: async () => {
      await end();
      await remove();
    },
  });
}

function mainSource({
  early = '',
  ready = 'open();',
  scripts = {},
  body = '',
  policy = POLICY,
}: Sample): string {
  const page = `<!doctype html><title>Sample</title><body>${body}<script type="module" src="./page.js"></script>`;
  return `
import * as electron from 'electron';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
const { app, BrowserWindow, ipcMain, protocol, session, Menu, Tray, nativeImage, Notification, dialog } = electron;
const page = ${JSON.stringify(page)};
const scripts = ${JSON.stringify({ 'page.js': '', ...scripts })};
const data = process.argv.find((each) => each.startsWith('--data=')).slice('--data='.length);
mkdirSync(join(data, 'window'), { recursive: true });
app.setPath('userData', join(data, 'window'));
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
globalThis.seen = [];
globalThis.see = (...what) => globalThis.seen.push(...what);
function open(options = {}) {
  const { webPreferences, ...rest } = options;
  const preload = join(import.meta.dirname, 'preload.cjs');
  const window = new BrowserWindow({ ...rest, webPreferences: { preload, ...webPreferences } });
  window.loadURL('app://sample/').catch((error) => see(String(error)));
  return window;
}
${early}
app.whenReady().then(async () => {
  if (!protocol.isProtocolHandled('app')) protocol.handle('app', ({ url }) => {
    const { pathname } = new URL(url);
    const headers = { 'Content-Security-Policy': ${JSON.stringify(policy)} };
    const script = scripts[pathname.slice(1)];
    if (pathname === '/') return new Response(page, { headers: { ...headers, 'Content-Type': 'text/html' } });
    if (script === undefined) return new Response('none', { status: 404 });
    return new Response(script, { headers: { ...headers, 'Content-Type': 'text/javascript' } });
  });
  ${ready}
});
`;
}
