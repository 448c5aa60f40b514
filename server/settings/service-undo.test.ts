import { describe, expect, it } from 'vitest';
import { events, prepare, refusal, start, store } from '../testing/fixtures/settings-service.ts';
import { NothingToUndo, type SettingsService } from './service.ts';

describe('undo', () => {
  const limits = (service: SettingsService) => [service.current.revision, service.current.settings.log.maxMB];

  it('brings back the settings before the last apply, in a transaction of its own', async () => {
    const service = start();
    const first = service.current.settings;
    await service.apply({ log: { maxMB: 50 }, smartHost: { password: 'geheim' } }, 0, prepare());
    events.length = 0;
    const after = await service.undo(1, async (before, wanted) => {
      expect([before.log.maxMB, wanted]).toEqual([50, first]);
      return prepare()(before, wanted);
    });
    expect(events).toEqual(['prepare', 'save', 'commit']);
    expect(after).toBe(service.current);
    expect(limits(service)).toEqual([2, 200]);
    expect(service.current.settings).toEqual(first);
    expect(store.stored).toEqual({ revision: 2, settings: {} });
  });

  it('taken back itself brings the newer settings again, with their secret', async () => {
    const service = start();
    await service.apply({ smartHost: { password: 'old' } }, 0, prepare());
    await service.apply({ smartHost: { password: 'new' }, log: { maxMB: 50 } }, 1, prepare());
    await service.undo(2, prepare());
    expect(service.current.settings.smartHost.password).toBe('old');
    await service.undo(3, prepare());
    expect(service.current.settings.smartHost.password).toBe('new');
    expect(limits(service)).toEqual([4, 50]);
  });

  it('is there after an apply that changed something, and gone after a restart', async () => {
    const service = start();
    expect(service.current.canUndo).toBe(false);
    await expect(service.undo(0, prepare())).rejects.toThrow(NothingToUndo);
    expect((await service.apply({ log: { maxMB: 200 } }, 0, prepare())).canUndo).toBe(false);
    expect((await service.apply({ log: { maxMB: 50 } }, 0, prepare())).canUndo).toBe(true);
    await service.apply({ log: { maxMB: 50 } }, 1, prepare());
    expect((await service.undo(1, prepare())).canUndo).toBe(true);
    const restarted = start();
    expect(restarted.current).toMatchObject({ revision: 2, canUndo: false });
    await expect(restarted.undo(2, prepare())).rejects.toThrow(NothingToUndo);
  });

  it('refuses a revision that is no longer the last, and changes nothing', async () => {
    const service = start();
    await service.apply({ log: { maxMB: 50 } }, 0, prepare());
    await service.apply({ log: { maxMB: 60 } }, 1, prepare());
    expect(await refusal(service.undo(1, prepare()))).toMatchObject({ code: 'STALE' });
    expect(limits(service)).toEqual([2, 60]);
  });

  it('of two at once only one happens', async () => {
    const service = start();
    await service.apply({ log: { maxMB: 50 } }, 0, prepare());
    const first = service.undo(1, prepare());
    expect(await refusal(service.undo(1, prepare()))).toMatchObject({ code: 'STALE' });
    await first;
    expect(limits(service)).toEqual([2, 200]);
  });

  it('is still there when it failed', async () => {
    const service = start();
    await service.apply({ log: { maxMB: 50 } }, 0, prepare());
    await expect(service.undo(1, prepare(new Error('port in use')))).rejects.toThrow('port in use');
    store.saveError = new Error('disk full');
    expect(await refusal(service.undo(1, prepare()))).toMatchObject({ code: 'NOT_SAVED' });
    expect(service.current).toMatchObject({ revision: 1, canUndo: true });
    store.saveError = undefined;
    await service.undo(1, prepare());
    expect(limits(service)).toEqual([2, 200]);
  });

  it('can be forgotten', async () => {
    const service = start();
    await service.apply({ log: { maxMB: 50 } }, 0, prepare());
    service.forgetUndo();
    expect(service.current).toMatchObject({ revision: 1, canUndo: false });
    await expect(service.undo(1, prepare())).rejects.toThrow(NothingToUndo);
    expect(limits(service)).toEqual([1, 50]);
  });
});
