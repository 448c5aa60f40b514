import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import { destinationKey, planHops, routeText } from './plan.ts';

function smartHost(enabled: boolean, exclusive: boolean) {
  const settings = defaultSettings('mail.test');
  return { smartHost: { ...settings.smartHost, enabled, exclusive } };
}

describe('the plan', () => {
  it.each([
    [false, false, ['mx'], 'direct'],
    [false, true, ['mx'], 'direct'],
    [true, true, ['smarthost'], 'SmartHost'],
    [true, false, ['mx', 'smarthost'], 'direct, then SmartHost'],
  ] as const)('enabled %s, exclusive %s', (enabled, exclusive, hops, words) => {
    const planned = planHops(smartHost(enabled, exclusive));
    expect(planned).toEqual(hops);
    expect(routeText(planned)).toBe(words);
  });

  it('has one destination for each domain, and one for all when the SmartHost comes first', () => {
    expect(destinationKey(['mx', 'smarthost'], 'a.test')).not.toBe(destinationKey(['mx'], 'b.test'));
    expect(destinationKey(['mx', 'smarthost'], 'a.test')).toBe(destinationKey(['mx'], 'a.test'));
    expect(destinationKey(['smarthost'], 'a.test')).toBe(destinationKey(['smarthost'], ''));
    expect(destinationKey(['smarthost'], '')).not.toBe(destinationKey(['mx'], 'smarthost'));
  });
});
