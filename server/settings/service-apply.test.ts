import { describe, expect, it } from 'vitest';
import { changedPaths } from '../contract/validate.ts';
import { events, prepare, refusal, start, store } from '../testing/fixtures/settings-service.ts';
import type { Prepare } from './service.ts';

describe('apply', () => {
  it('prepares, saves, swaps and commits, in that order', async () => {
    const service = start();
    const before = service.current;
    const after = await service.apply({ log: { maxMB: 50 } }, 0, async (old, next) => {
      expect([old.log.maxMB, next.log.maxMB]).toEqual([200, 50]);
      expect(service.current).toBe(before);
      events.push('prepare');
      return {
        commit: () => events.push(`commit at ${service.current.settings.log.maxMB}`),
        abort: async () => {},
      };
    });
    expect(events).toEqual(['prepare', 'save', 'commit at 50']);
    expect(after).toBe(service.current);
    expect(after.revision).toBe(1);
    expect(before.settings.log.maxMB).toBe(200);
    expect(Object.isFrozen(after.settings.log)).toBe(true);
  });

  it('stores only what differs from the defaults, under the new revision', async () => {
    const service = start();
    await service.apply({ log: { maxMB: 50 }, incoming: { secondary: { port: 587 } } }, 0, prepare());
    expect(store.stored).toEqual({
      revision: 1,
      settings: { incoming: { secondary: { port: 587 } }, log: { maxMB: 50 } },
    });
    await service.apply({ log: { maxMB: 200 } }, 1, prepare());
    expect(store.stored).toEqual({ revision: 2, settings: { incoming: { secondary: { port: 587 } } } });
  });

  it('refuses values that are not valid before anything is prepared', async () => {
    const service = start();
    expect(await refusal(service.apply({ log: { maxMB: 1 } }, 0, prepare()))).toEqual({
      code: 'INVALID',
      issues: [{ path: 'log.maxMB', message: 'Mail log size must be a whole number from 10 to 10240.' }],
    });
    expect([events, service.current.revision]).toEqual([[], 0]);
  });

  it('refuses values that come from another revision', async () => {
    const service = start();
    await service.apply({ log: { maxMB: 50 } }, 0, prepare());
    expect(await refusal(service.apply({ log: { maxMB: 60 } }, 0, prepare()))).toMatchObject({
      code: 'STALE',
    });
    expect(service.current.settings.log.maxMB).toBe(50);
    await service.apply({ log: { maxMB: 60 } }, undefined, prepare());
    expect(service.current).toMatchObject({ revision: 2, settings: { log: { maxMB: 60 } } });
  });

  it('does nothing when nothing would change', async () => {
    const service = start();
    expect(await service.apply({ log: { maxMB: 200 } }, 0, prepare())).toBe(service.current);
    expect([events, service.current.revision]).toEqual([[], 0]);
  });

  it('changes nothing when the preparation fails', async () => {
    const service = start();
    const before = service.current;
    const failure = new Error('port in use');
    await expect(service.apply({ log: { maxMB: 50 } }, 0, prepare(failure))).rejects.toBe(failure);
    expect(events).toEqual(['prepare']);
    expect(service.current).toBe(before);
    await service.apply({ log: { maxMB: 50 } }, 0, prepare());
    expect(service.current.revision).toBe(1);
  });

  it('takes back what was prepared when it can not be saved', async () => {
    const service = start();
    const before = service.current;
    store.saveError = new Error('disk full');
    await expect(service.apply({ log: { maxMB: 50 } }, 0, prepare())).rejects.toThrow('disk full');
    expect(events).toEqual(['prepare', 'save', 'abort']);
    expect(service.current).toBe(before);
    expect(service.current.canUndo).toBe(false);
  });

  it.each([
    ['ENOSPC', 'there is no space left on the disk'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EACCES', 'permission denied'],
    ['EPERM', 'permission denied'],
    ['EROFS', 'the disk is read-only'],
    ['ENOENT', 'the data folder is gone'],
    ['EIO', 'i/o error'],
  ])('says in words that %s kept it from being saved', async (code, words) => {
    const cause = Object.assign(new Error('i/o error'), { code });
    store.saveError = cause;
    const work = start().apply({ log: { maxMB: 50 } }, 0, prepare());
    const message = `The settings can't be saved: ${words}. Nothing has changed.`;
    await expect(work).rejects.toMatchObject({ code: 'NOT_SAVED', issues: [{ path: '', message }], cause });
  });

  it('says why it could not save even when taking back fails as well', async () => {
    store.saveError = new Error('disk full');
    const failing: Prepare = async () => ({
      commit: () => {},
      abort: () => Promise.reject(new Error('and that too')),
    });
    await expect(start().apply({ log: { maxMB: 50 } }, 0, failing)).rejects.toThrow('disk full');
  });

  it('applies one after the other, each on what the one before left', async () => {
    const service = start();
    const slow: Prepare = async (before, after) => {
      events.push(`begin ${changedPaths(before, after).join()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { commit: () => events.push('end'), abort: async () => {} };
    };
    const both = [
      service.apply({ log: { maxMB: 50 } }, undefined, slow),
      service.apply({ log: { keepDays: 7 } }, undefined, slow),
    ];
    await Promise.all(both);
    expect(events).toEqual(['begin log.maxMB', 'save', 'end', 'begin log.keepDays', 'save', 'end']);
    expect(service.current).toMatchObject({ revision: 2, settings: { log: { maxMB: 50, keepDays: 7 } } });
  });

  it('refuses the second of two that come from one revision', async () => {
    const service = start();
    const first = service.apply({ log: { maxMB: 50 } }, 0, prepare());
    expect(await refusal(service.apply({ log: { maxMB: 60 } }, 0, prepare()))).toMatchObject({
      code: 'STALE',
    });
    expect((await first).settings.log.maxMB).toBe(50);
  });
});
