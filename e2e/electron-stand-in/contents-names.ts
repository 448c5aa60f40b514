/** What the stand-in has of Electron's `WebContents`, by name. Anything else is refused. */

/** Its properties and methods. */
export type ContentsMember =
  | (
      | 'id'
      | 'mainFrame'
      | 'loadURL'
      | 'getURL'
      | 'getTitle'
      | 'reload'
      | 'isLoading'
      | 'isDestroyed'
      | 'isCrashed'
    )
  | (
      | 'forcefullyCrashRenderer'
      | 'close'
      | 'focus'
      | 'isFocused'
      | 'send'
      | 'postMessage'
      | 'setWindowOpenHandler'
    )
  | ('executeJavaScript' | 'setZoomFactor' | 'getZoomFactor');

/** What can be listened to. */
export const CONTENTS_EVENTS: readonly string[] = [
  ...['did-start-loading', 'did-start-navigation', 'did-navigate', 'did-navigate-in-page', 'dom-ready'],
  ...['did-finish-load', 'did-stop-loading', 'did-fail-load', 'will-navigate', 'will-frame-navigate'],
  ...['will-redirect', 'will-attach-webview', 'will-prevent-unload', 'page-title-updated', 'console-message'],
  ...[
    'render-process-gone',
    'preload-error',
    'ipc-message',
    'before-input-event',
    'context-menu',
    'destroyed',
  ],
  ...['focus', 'blur', 'unresponsive', 'responsive'],
];
