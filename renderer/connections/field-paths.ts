import { SETTING_PATHS, type SettingPath } from '../../server/contract/settings.ts';

/** Settings that have no field in this window: what is wrong with them is said beside the buttons. */
const WITHOUT_FIELD = /^(tls|delivery|log)\./;

export function hasField(path: string): path is SettingPath {
  return (SETTING_PATHS as string[]).includes(path) && !WITHOUT_FIELD.test(path);
}
