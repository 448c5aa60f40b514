/**
 * Secrets on their way into the stored settings and out of them.
 *
 * What can't be opened here (the folder came from another machine, the keyring is another) is no value anybody
 * could use, but it isn't ours to throw away either: it is written back as it stands for as long as nobody puts
 * something in its place.
 */
import {
  nest,
  SETTING_PATHS,
  type SettingPath,
  type Settings,
  settingSpec,
  valueAt,
} from '../contract/settings.ts';
import type { SecretBox } from './secrets.ts';
import type { StoredSettings } from './store.ts';

/** The sealed texts of secrets that can't be opened here. */
export type Unopened = ReadonlyMap<SettingPath, string>;

export interface Unsealed {
  /** The stored values as a patch over the defaults, with the secrets that could be opened. */
  readonly patch: Record<string, unknown>;
  readonly unopened: Unopened;
  /** False when the box would seal one of the opened secrets better than it is stored. */
  readonly isCurrent: boolean;
}

const SECRET_PATHS = SETTING_PATHS.filter((path) => settingSpec(path).secret);

/** Opens the secrets of what was stored. */
export function unsealed({ settings }: StoredSettings, box: SecretBox): Unsealed {
  const patch = structuredClone(settings);
  const unopened = new Map<SettingPath, string>();
  let isCurrent = true;
  for (const path of SECRET_PATHS) {
    const sealed = valueAt(patch, path);
    if (typeof sealed !== 'string') continue;
    const [group, name] = [path.slice(0, path.lastIndexOf('.')), path.slice(path.lastIndexOf('.') + 1)];
    const values = valueAt(patch, group) as Record<string, unknown>;
    try {
      values[name] = box.open(sealed);
      isCurrent &&= box.isCurrent(sealed);
    } catch {
      delete values[name];
      unopened.set(path, sealed);
    }
  }
  return { patch, unopened, isCurrent };
}

/** The given values as they are stored, with their secrets sealed. Throws what the box throws. */
export function sealed(
  settings: Settings,
  paths: readonly SettingPath[],
  unopened: Unopened,
  box: SecretBox,
): StoredSettings['settings'] {
  const values = paths.map((path): [string, unknown] => {
    const value = valueAt(settings, path);
    return [path, settingSpec(path).secret ? box.seal(String(value)) : value];
  });
  return nest(Object.fromEntries([...values, ...unopened]));
}

/** What stays unopened after a change: all but the secrets that now have a value, or that `patch` takes away. */
export function stillUnopened(unopened: Unopened, settings: Settings, patch: unknown): Unopened {
  const isKept = (path: SettingPath) => valueAt(settings, path) === '' && given(patch, path) !== '';
  return new Map([...unopened].filter(([path]) => isKept(path)));
}

/** The settings as they may leave the engine: a secret that is set is null, whether it can be opened or not. */
export function withoutSecrets(settings: Settings, unopened: Unopened = new Map()): Settings {
  const values = SETTING_PATHS.map((path) => {
    const value = valueAt(settings, path);
    const isSet = value !== '' || unopened.has(path);
    return [path, settingSpec(path).secret && isSet ? null : value];
  });
  return nest(Object.fromEntries(values)) as Settings;
}

/** The value a valid patch has for the path; it may stand nested or flat. */
function given(patch: unknown, path: string): unknown {
  if (typeof patch !== 'object' || patch === null) return undefined;
  for (const [key, value] of Object.entries(patch)) {
    if (key === path) return value;
    const within = path.startsWith(`${key}.`) ? given(value, path.slice(key.length + 1)) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}
