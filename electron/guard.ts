/**
 * What no page of this app may do, whatever it turns out to be: leave its own page, open another, embed one, ask
 * for a camera or the like, or load anything that is not part of the build.
 */
import type { App, Event, Session, WebContents } from 'electron';
import { isOwnUrl } from './origin.ts';

/** Guards every page that will ever be made, before it can load anything. */
export function guardPages(app: App): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents));
}

function guardPage(contents: WebContents): void {
  const deny = (event: Event) => event.preventDefault();
  contents.on('will-navigate', deny);
  // A page that is written into a frame of ours, which is how mail is shown, loads nothing and is no other page.
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame || event.url !== 'about:srcdoc') event.preventDefault();
  });
  contents.on('will-redirect', deny);
  contents.on('will-attach-webview', deny);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Guards the session of the window. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnUrl(url) }));
  session.on('will-download', (event, item) => {
    if (!isOwnUrl(item.getURL())) event.preventDefault();
  });
}
