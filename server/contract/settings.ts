/** The settings as types and values, derived from the table; a path is a setting's name there. */
import type { SettingSpec } from './kinds.ts';
import { SETTINGS } from './table.ts';

/** The path of a setting, such as `incoming.primary.port`. */
export type SettingPath = keyof typeof SETTINGS;

type Values = { readonly [P in SettingPath]: (typeof SETTINGS)[P] extends SettingSpec<infer T> ? T : never };
type Heads<T> = { [K in keyof T & string]: K extends `${infer Head}.${string}` ? Head : K }[keyof T & string];
type Below<T, H extends string> = {
  readonly [K in keyof T & string as K extends `${H}.${infer Rest}` ? Rest : never]: T[K];
};
type Nested<T> = { readonly [H in Heads<T>]: H extends keyof T ? T[H] : Nested<Below<T, H>> };

/** All settings as one frozen, nested object. */
export type Settings = Nested<Values>;

/** A part of the settings, as `settings apply` takes it; what is absent stays as it is. */
export type SettingsPatch = PartialDeep<Settings>;
type PartialDeep<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: PartialDeep<T[K]> }
    : T;

/** Every setting's path, in the order of the table. */
export const SETTING_PATHS = Object.keys(SETTINGS) as SettingPath[];

/** Bytes of one MB in `maxMessageSizeMB`. */
export const BYTES_PER_MB = 1_048_576;

/** One setting's specification; throws nothing, since `SettingPath` is closed. */
export function settingSpec(path: SettingPath): SettingSpec {
  return SETTINGS[path] as SettingSpec;
}

/** The value at `path` of a nested object, or undefined where there is none. */
export function valueAt(settings: unknown, path: string): unknown {
  let value = settings;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Builds the nested, deeply frozen object from one value per path. */
export function nest(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let parent = root;
    for (const key of keys) {
      parent[key] ??= {};
      parent = parent[key] as Record<string, unknown>;
    }
    parent[last] = Array.isArray(value) ? Object.freeze([...value]) : value;
  }
  return freeze(root);
}

function freeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child);
  return Object.freeze(value);
}

/** The settings of a fresh installation on a machine of the given name. */
export function defaultSettings(machineName: string): Settings {
  const values = Object.fromEntries(SETTING_PATHS.map((path) => [path, settingSpec(path).default]));
  return nest({ ...values, hostname: machineName }) as Settings;
}
