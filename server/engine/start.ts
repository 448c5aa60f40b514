/** How the engine starts: what it needs is checked and loaded, in the order in which it can fail. */
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine, type EngineOptions } from '../engine.ts';
import { machineName } from '../machine.ts';
import { CertificateUnreadable } from '../network/certificate.ts';
import { plainBox } from '../settings/secrets.ts';
import { SettingsService } from '../settings/service.ts';
import { confStore } from '../settings/store.ts';
import { openStore } from '../store/store.ts';
import { checkCertificate } from './refusals.ts';

/** The server can't start; the message is one sentence with what to do. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Starts the server on a data folder, which must exist. Listeners that can't open do not
 * stop it. Throws `StartError`, or `SettingsRefused` for a `settingsPatch` that is not valid.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataFolder } = options;
  await checkFolder(dataFolder);
  const name = await machineName();
  const settings = loadSettings(options, name);
  // Before anything is made from the settings. Nothing runs yet; all that can be wrong are the files they name.
  if (options.settingsPatch !== undefined) {
    const tlsFolder = join(dataFolder, 'tls');
    await settings.apply(options.settingsPatch, undefined, (_, after) => checkCertificate(after, tlsFolder));
    // Nobody did that in a window.
    settings.forgetUndo();
  }
  const store = await openStore(dataFolder).catch((error: Error) => {
    throw new StartError(error.message);
  });
  try {
    const engine = new Engine(store, settings, name, options);
    await engine.start();
    return engine;
  } catch (error) {
    let damage: string | undefined;
    store.onDamage((sentence) => {
      damage = sentence;
    });
    await store.close();
    if (damage !== undefined) throw new StartError(damage);
    throw error instanceof CertificateUnreadable ? new StartError(error.message) : error;
  }
}

function loadSettings({ dataFolder, settingsStore, secrets }: EngineOptions, name: string): SettingsService {
  try {
    return new SettingsService(settingsStore ?? confStore(dataFolder), secrets ?? plainBox, name);
  } catch (error) {
    // To start with defaults would open ports and send mail in ways nobody asked for.
    const { message } = error as Error;
    throw new StartError(`${message} Put the file right, or move it away to start with defaults.`);
  }
}

async function checkFolder(folder: string): Promise<void> {
  try {
    await access(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`The data folder ${folder} can't be written (${code}). Choose another with --data.`);
  }
}
