import { expect, it } from 'vitest';
import { type Choices, EVERYTHING, filterOf, isFiltered } from './filter.ts';

const NOW = new Date(2026, 10, 22, 14, 30, 15);

it.each<[Partial<Choices>, object]>([
  [{}, {}],
  [{ text: '  ' }, {}],
  [{ text: ' mx.test ' }, { text: 'mx.test' }],
  [{ text: 'anna@a.test', scope: 'address' }, { address: 'anna@a.test' }],
  [{ text: '192.0.2.7', scope: 'host' }, { host: '192.0.2.7' }],
  [{ text: '1m874fy3', scope: 'message' }, { message: '1M874FY3' }],
  [{ severity: 'warnings' }, { levels: ['warning', 'error'] }],
  [{ severity: 'errors' }, { levels: ['error'] }],
  [{ kind: 'delivery' }, { kinds: ['delivery'] }],
  [{ span: 'hour' }, { from: new Date(2026, 10, 22, 13, 30, 15) }],
  [{ span: 'today' }, { from: new Date(2026, 10, 22) }],
  [{ span: 'range' }, {}],
  [{ span: 'range', from: '2026-11-20T08:00' }, { from: new Date(2026, 10, 20, 8) }],
  // The whole of the minute, or of the second, that is named.
  [{ span: 'range', to: '2026-11-20T08:00' }, { to: new Date(2026, 10, 20, 8, 0, 59, 999) }],
  [{ span: 'range', to: '2026-11-20T08:00:07' }, { to: new Date(2026, 10, 20, 8, 0, 7, 999) }],
  [{ span: 'range', from: 'nonsense' }, {}],
  [{ from: '2026-11-20T08:00' }, {}],
])('%o asks for %o', (choices, filter) => {
  expect(filterOf({ ...EVERYTHING, ...choices }, NOW)).toEqual(filter);
});

it('knows whether anything is left out', () => {
  const filtered = (choices: Partial<Choices>) => isFiltered({ ...EVERYTHING, ...choices });
  for (const choices of [{}, { text: ' ' }, { scope: 'host' }, { span: 'range' }] as const)
    expect(filtered(choices), JSON.stringify(choices)).toBe(false);
  for (const choices of [
    { text: 'a' },
    { span: 'hour' },
    { span: 'range', to: '2026-11-20T08:00' },
    { severity: 'errors' },
    { kind: 'server' },
  ] as const)
    expect(filtered(choices), JSON.stringify(choices)).toBe(true);
});
