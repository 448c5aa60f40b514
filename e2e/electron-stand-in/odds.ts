/** The small modules: `shell`, `clipboard` and `crashReporter`. What they do to the system is left out. */
import { strict } from './strict.ts';

export const shell = strict('shell', {
  openExternal: async (url: string, _options?: Electron.OpenExternalOptions): Promise<void> => {
    if (!URL.canParse(url)) throw new Error('Invalid URL');
  },
  /** Resolves with what went wrong, as Electron does. */
  openPath: async (_path: string): Promise<string> => '',
  showItemInFolder: (_path: string): void => {},
  beep: (): void => {},
});

let copied = '';

export const clipboard = strict('clipboard', {
  writeText: async (text: string): Promise<void> => {
    copied = text;
  },
  readText: async (): Promise<string> => copied,
  clear: (): void => {
    copied = '';
  },
});

export const crashReporter = strict('crashReporter', {
  start: (_options: Electron.CrashReporterStartOptions): void => {},
});
