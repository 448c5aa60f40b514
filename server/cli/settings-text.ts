/** The settings as people read them: one line each, in the order and groups of the table. */
import { SETTING_PATHS, type Settings, settingSpec, valueAt } from '../contract/settings.ts';
import { escapeControls } from './escape.ts';

export function settingsText(settings: Settings): string {
  const width = Math.max(...SETTING_PATHS.map((path) => path.length));
  const lines: string[] = [];
  let group: string | undefined;
  for (const path of SETTING_PATHS) {
    const spec = settingSpec(path);
    if (spec.group !== group) lines.push(...(group === undefined ? [] : ['']), spec.group);
    group = spec.group;
    const value = valueAt(settings, path);
    const shown = spec.secret ? secretText(value) : valueText(value, spec.unit);
    lines.push(`  ${path.padEnd(width)}  ${shown}`.trimEnd());
  }
  return lines.join('\n');
}

function secretText(value: unknown): string {
  return value === '' ? '(not set)' : '(set)';
}

function valueText(value: unknown, unit: string | undefined): string {
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : withUnit(value.join(', '), unit);
  if (value === '') return '(empty)';
  return withUnit(String(value), unit);
}

function withUnit(text: string, unit: string | undefined): string {
  return escapeControls(unit === undefined ? text : `${text} ${unit}`);
}
