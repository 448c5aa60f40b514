/**
 * The settings window of `waypost serve`. Mail matters more: whatever keeps the window from opening is told in
 * one sentence, and the server runs without it.
 */
import { join } from 'node:path';
import type { Context } from '@orpc/server';
import { portOwner } from '../diagnose/port-owner.ts';
import { systemReason } from '../host/failure.ts';
import type { OpenUi, StartedEngine } from '../host/instance.ts';
import { notPermitted } from '../network/endpoint.ts';
import { type SettingsWindow, serveWindow, type WindowOptions } from '../web/http.ts';
import { isLoopbackHost } from '../web/loopback.ts';
import { isWildcard } from '../web/own-names.ts';
import { loadRendererFiles } from '../web/renderer-files.ts';
import { uiToken } from '../web/ui-token.ts';
import type { UiAddress } from './ui-address.ts';

export interface UiOptions {
  readonly at: UiAddress;
  /** Where the built window lies. Default: beside the built server, below the project's root. */
  readonly rendererFolder?: string | undefined;
  readonly log: (error: unknown, where: string) => void;
  /** Tells that the window is not there, and why. */
  readonly without: (sentence: string) => void;
}

/** `out/renderer`, seen from `out/server` as from `server/cli`. */
const RENDERER = join(import.meta.dirname, '..', '..', 'out', 'renderer');
/** How many ports after the usual one are tried. */
const MORE_PORTS = 10;

/** Opens the window on the data folder's engine. Undefined when it can't be; never rejects. */
export async function openUi(
  folder: string,
  started: StartedEngine<Context>,
  { at, rendererFolder = RENDERER, log, without }: UiOptions,
): Promise<OpenUi | undefined> {
  try {
    const files = await loadRendererFiles(rendererFolder);
    if (!files) throw new NoWindow('it has not been built (npm run build).');
    const tls = isLoopbackHost(at.host) ? undefined : await certificate(started, at);
    const { router, context } = started;
    const options = { ...at, files, token: await uiToken(folder), router, context, tls, log };
    const window = await listen(options, at.chosen ? 0 : MORE_PORTS);
    const name = isWildcard(at.host) ? (await started.engine.status()).hostname : at.host;
    return { address: window.address(name), stop: window.stop };
  } catch (error) {
    if (!(error instanceof NoWindow)) log(error, 'settings window');
    const reason = error instanceof NoWindow ? error.message : `${systemReason(error)}.`;
    without(`There is no settings window: ${reason}`);
    return undefined;
  }
}

/** What keeps the window from opening, as the end of a sentence. */
class NoWindow extends Error {}

async function certificate({ certificate: load }: StartedEngine<Context>, { host }: UiAddress) {
  const own = await load?.().catch((error: Error) => {
    throw new NoWindow(error.message);
  });
  if (own) return own;
  throw new NoWindow(
    `${host} can be reached from other machines, which needs a certificate; set tls.certFile and tls.keyFile.`,
  );
}

async function listen(options: WindowOptions, more: number): Promise<SettingsWindow> {
  const { host, port } = options;
  try {
    return await serveWindow(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && more > 0) return listen({ ...options, port: port + 1 }, more - 1);
    if (code === 'EADDRINUSE') {
      const owner = (await portOwner(port)) ?? 'another program';
      throw new NoWindow(`port ${port} on ${host} is in use by ${owner}.`);
    }
    if (code === 'EACCES') throw new NoWindow(notPermitted(port, process.platform));
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new NoWindow(`this machine has no address ${host}.`);
    throw error;
  }
}
