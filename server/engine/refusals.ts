/** What can go wrong while settings are made true, in the terms of the settings. */
import type { ListenerName } from '../contract/listeners.ts';
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
  const path = fieldOf(error.listener, code === 'ADDRESS_NOT_AVAILABLE' ? 'address' : 'port');
  return new SettingsRefused(code, [{ path, message }]);
}

function fieldOf(listener: ListenerName, field: 'address' | 'port'): SettingPath {
  switch (listener) {
    case 'primary':
    case 'secondary':
      return `incoming.${listener}.${field}`;
    case 'pop3':
      return `pickup.pop3.${field}`;
    case 'pop3s':
      return field === 'port' ? 'pickup.pop3.tlsPort' : 'pickup.pop3.address';
  }
}

/** The preparation of settings while nothing runs yet: all that can be wrong are the files they name. */
export async function checkCertificate(settings: Settings, folder: string): Promise<Prepared> {
  await loadCertificate(settings, folder).catch((error: unknown) => {
    throw asRefusal(error);
  });
  return { commit: () => {}, abort: async () => {} };
}
