/** `--ui HOST:PORT` */

import { WrongUsage } from '../host/failure.ts';
import { isLoopbackHost } from '../web/loopback.ts';

/** Where the settings window is asked to be. */
export interface UiAddress {
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** 0 is any free port. */
  readonly port: number;
  /** Whether somebody asked for exactly this; otherwise a port nearby will do as well. */
  readonly chosen: boolean;
}

export const DEFAULT_UI: UiAddress = { host: '127.0.0.1', port: 8025, chosen: false };

/** @throws WrongUsage for what is no address, and for one that others can reach without `allowRemote` */
export function parseUiAddress(text: string, allowRemote: boolean): UiAddress {
  const [, ipv6, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new WrongUsage(`Use --ui with an address and a port, such as 127.0.0.1:8025 or [::1]:8025.`);
  }
  if (!allowRemote && !isLoopbackHost(host)) {
    throw new WrongUsage(
      `Other machines could reach ${text}. If they shall, add --ui-allow-remote, and set tls.certFile and tls.keyFile.`,
    );
  }
  return { host, port, chosen: true };
}
