import { expect, it } from 'vitest';
import { SETTING_PATHS, settingSpec } from '../../server/contract/settings.ts';
import { choicesOf, helpOf, rangeNote, settingName } from './wording.ts';

it('says the limits of a number and what it normally is', () => {
  expect(rangeNote('outgoing.maxConnections')).toBe('1–20, normally 2');
  expect(rangeNote('hostname')).toBe('');
});

it.each([
  ['incoming.maxTotal', 'Incoming, Total'],
  ['outgoing.maxConnections', 'Outgoing, Maximum Connections'],
  ['incoming.primary.port', 'Primary port'],
  ['incoming.secondary.address', 'Secondary IP address'],
  ['hostname', 'Server name'],
] as const)('names %s so that it can be told from the others', (path, name) => {
  expect(settingName(path)).toBe(name);
});

it('finds a name and a meaning for every choice of every setting', () => {
  const all = SETTING_PATHS.filter((path) => settingSpec(path).choices).flatMap(choicesOf);
  expect(all).toHaveLength(10);
  for (const { id, name, meaning } of all) {
    expect(name).not.toBe(id);
    expect(meaning).not.toBe('');
  }
  expect(helpOf('smartHost.security')).toContain('Automatic: STARTTLS where offered, TLS on port 465.');
});
