import { describe, expect, it, vi } from 'vitest';
import { events, start, store } from '../testing/fixtures/settings-service.ts';
import { UnusableSettings } from './store.ts';

describe('loading', () => {
  it('lays what is stored over the defaults', () => {
    store.stored = { revision: 7, settings: { log: { maxMB: 50 } } };
    expect(start().current).toMatchObject({ revision: 7, settings: { log: { maxMB: 50, keepDays: 14 } } });
    expect(start().notices).toEqual([]);
  });

  it.each([
    ['newer', 'settings.json was written by a newer version of Waypost'],
    ['damaged', 'settings.json is damaged (it has no version)'],
  ] as const)('starts with defaults and says so when the file is %s', (reason, message) => {
    store.unusable = new UnusableSettings(reason, message);
    const service = start();
    expect(service.current.revision).toBe(0);
    expect(store.aside).toEqual([reason]);
    expect(service.notices).toEqual([
      `${message}. It was kept as settings.${reason}-1.json, and Waypost starts with its defaults.`,
    ]);
    expect(events).toEqual([]);
  });

  it.each<[settings: Record<string, unknown>, named: string]>([
    [{ log: { maxMB: 1 } }, 'log.maxMB'],
    [{ colour: 'red' }, 'colour'],
    [{ smartHost: { enabled: true } }, 'smartHost.host'],
    [{ smartHost: { password: 7 } }, 'smartHost.password'],
    [{ smartHost: 'x' }, 'smartHost'],
  ])('takes %j for damage, naming %s', (settings, named) => {
    store.stored = { revision: 7, settings };
    const service = start();
    expect(store.aside).toEqual(['damaged']);
    expect(service.notices[0]).toContain(`settings.json is damaged (${named}: `);
    expect(service.current).toMatchObject({ revision: 0, settings: { log: { maxMB: 200 } } });
  });

  it('does not start on defaults when the file can not be read', () => {
    vi.spyOn(store, 'load').mockImplementation(() => {
      throw new Error("settings.json can't be read (EACCES).");
    });
    expect(() => start()).toThrow('EACCES');
    expect(store.aside).toEqual([]);
  });
});
