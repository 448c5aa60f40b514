/** What can go wrong while settings are made true, in the terms of the settings. */
import type { SettingPath, Settings } from '../contract/settings.ts';
import { CertificateUnreadable, loadCertificate } from '../network/certificate.ts';
import { ListenerRefused } from '../network/listeners.ts';
import { type Prepared, SettingsRefused } from '../settings/service.ts';

/** What the receiving side could not prepare as a `SettingsRefused`; other errors stay as they are. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof CertificateUnreadable)
    return new SettingsRefused('CERTIFICATE_UNREADABLE', [error.issue]);
  if (!(error instanceof ListenerRefused)) return error;
  const { code, message } = error.error;
  const field = code === 'ADDRESS_NOT_AVAILABLE' ? 'address' : 'port';
  const path: SettingPath = `incoming.${error.listener}.${field}`;
  return new SettingsRefused(code, [{ path, message }]);
}

/** The preparation of settings while nothing runs yet: all that can be wrong are the files they name. */
export async function checkCertificate(settings: Settings, folder: string): Promise<Prepared> {
  await loadCertificate(settings, folder).catch((error: unknown) => {
    throw asRefusal(error);
  });
  return { commit: () => {}, abort: async () => {} };
}
