/** What an app asks of the system, and what the system does to it. Goes into Electron as source text. */
import type { Tools } from './desktop-observer-tools.ts';
import type { Controls, DownloadView, SystemObserver } from './desktop-views.ts';

/** @param folder for what is downloaded */
export function observeSystem(
  electron: typeof Electron.CrossProcessExports,
  { wrap }: Tools,
  folder: string,
  controls?: Controls,
): SystemObserver {
  const { app, BrowserWindow, nativeTheme, net, session, shell } = electron;

  const asked = {
    openedUrls: [] as string[],
    openedPaths: [] as string[],
    shownPaths: [] as string[],
    relaunches: [] as object[],
  };
  wrap(shell, 'openExternal', (original) => async (url, options) => {
    if (controls) await original.call(shell, url, options);
    asked.openedUrls.push(url);
  });
  wrap(shell, 'openPath', () => async (path) => {
    asked.openedPaths.push(path);
    return '';
  });
  wrap(shell, 'showItemInFolder', () => (path) => void asked.shownPaths.push(path));
  wrap(app, 'relaunch', (original) => (options) => {
    if (controls) original.call(app, options);
    asked.relaunches.push(options ?? {});
  });

  // Downloads: a person would be asked where to.
  const downloads: DownloadView[] = [];
  app.once('ready', () => {
    session.defaultSession.on('will-download', (_event, item) => {
      const name = item.getFilename();
      const download = { name, path: `${folder}/${downloads.length}-${name}`, state: item.getState() };
      downloads.push(download);
      item.setSavePath(download.path);
      item.once('done', (_done, state) => {
        download.state = state;
      });
    });
  });

  return {
    asked: () => asked,
    downloads: () => downloads,
    setDark: (dark) => {
      if (controls) controls.setDark(dark);
      else nativeTheme.themeSource = dark ? 'dark' : 'light';
    },
    setOnline: (online) => {
      if (controls) return controls.setOnline(online);
      wrap(net, 'isOnline', () => () => online);
      for (const { webContents } of BrowserWindow.getAllWindows()) {
        if (online) webContents.session.disableNetworkEmulation();
        else webContents.session.enableNetworkEmulation({ offline: true });
      }
    },
    targets: () => controls?.targets(),
  };
}
