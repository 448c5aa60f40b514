/** Starting at login, by each system's own custom. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';

export interface LoginItem {
  isOn(): boolean;
  /** Throws what the system said. */
  set(on: boolean): void;
}

export interface LoginCommand {
  /** The program to start. */
  readonly program: string;
  /** Its arguments; without a window, since nobody asked for one at login. */
  readonly args: readonly string[];
}

/** Windows and macOS: Electron does it. */
export function systemLoginItem(
  app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>,
  { program, args }: LoginCommand,
): LoginItem {
  const command = { path: program, args: [...args] };
  return {
    isOn: () => app.getLoginItemSettings(command).openAtLogin,
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, ...command }),
  };
}

/** Linux: a file in the folder that every desktop reads (the XDG autostart specification). */
export function autostartItem(configFolder: string, { program, args }: LoginCommand): LoginItem {
  const folder = join(configFolder, 'autostart');
  const path = join(folder, 'waypost.desktop');
  return {
    isOn: () => existsSync(path),
    set: (on) => {
      if (!on) return rmSync(path, { force: true });
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, autostartFile([program, ...args]));
    },
  };
}

function autostartFile(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Waypost',
    'Comment=Mail server',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * An argument as the Exec key wants it: quoted, with the shell's characters escaped, then once more as any string
 * of such a file is; a percent sign would begin a field code.
 */
function quoted(argument: string): string {
  const escaped = argument
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `"${escaped}"`;
}
