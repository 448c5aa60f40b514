import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SETTING_PATHS, type SettingPath, settingSpec } from './settings.ts';

/** One row of README's table of settings. */
function row(path: SettingPath): string {
  const { label, help, default: value, range, choices, unit, secret } = settingSpec(path);
  const shown = path === 'hostname' ? 'the machine’s name' : `\`${JSON.stringify(value)}\``;
  const limits = range ? `${range.min}–${range.max}` : (choices?.join(', ') ?? '');
  const units = unit && !label.includes(unit) ? ` ${unit}` : '';
  return `| \`${path}\` | ${label} | ${secret ? '' : shown} | ${limits}${units} | ${help} |`;
}

it('README lists every setting as the table has it', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = SETTING_PATHS.map(row).join('\n');
  // Should this fail, the expected rows are what belongs there.
  expect(readme).toContain(rows);
});
