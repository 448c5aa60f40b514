import { beforeEach, describe, expect, it, vi } from 'vitest';
import { changedPaths } from '../contract/validate.ts';
import { withoutSecrets } from './sealed.ts';
import { plainBox, type SecretBox } from './secrets.ts';
import { NothingToUndo, type Prepare, type SettingsRefused, SettingsService } from './service.ts';
import { type SettingsStore, type StoredSettings, UnusableSettings } from './store.ts';

/** A store in memory; `events` of all parts are in one list, to see their order. */
class MemoryStore implements SettingsStore {
  stored: StoredSettings | undefined;
  unusable: UnusableSettings | undefined;
  saveError: Error | undefined;
  aside: string[] = [];

  load(): StoredSettings | undefined {
    if (this.unusable) throw this.unusable;
    return this.stored;
  }

  save(stored: StoredSettings): void {
    events.push('save');
    if (this.saveError) throw this.saveError;
    this.stored = JSON.parse(JSON.stringify(stored)) as StoredSettings;
  }

  setAside(reason: string): string {
    this.aside.push(reason);
    return `settings.${reason}-1.json`;
  }
}

let events: string[];
let store: MemoryStore;

const start = (secrets: SecretBox = plainBox) => new SettingsService(store, secrets, 'desk.example.com');

/** Records its steps; `fails` makes the preparation fail. */
const prepare =
  (fails?: Error): Prepare =>
  async () => {
    events.push('prepare');
    if (fails) throw fails;
    return { commit: () => events.push('commit'), abort: async () => void events.push('abort') };
  };

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: SettingsRefused) => ({ code: error.code, issues: error.issues }),
  );

beforeEach(() => {
  events = [];
  store = new MemoryStore();
});

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

describe('undo', () => {
  const limits = (service: SettingsService) => [service.current.revision, service.current.settings.log.maxMB];

  it('brings back the settings before the last apply, in a transaction of its own', async () => {
    const service = start();
    const first = service.current.settings;
    await service.apply({ log: { maxMB: 50 }, smartHost: { password: 'geheim' } }, 0, prepare());
    events = [];
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

describe('the secret', () => {
  const reversing: SecretBox = {
    protection: 'keyring',
    isCurrent: (sealed) => sealed.startsWith('sealed:'),
    seal: (secret) => `sealed:${[...secret].reverse().join('')}`,
    open: (sealed) => {
      if (!sealed.startsWith('sealed:')) throw new Error('not mine');
      return [...sealed.slice(7)].reverse().join('');
    },
  };

  it('is sealed where it is stored, and open where it is used', async () => {
    await start(reversing).apply({ smartHost: { password: 'geheim' } }, 0, prepare());
    expect(store.stored?.settings).toEqual({ smartHost: { password: 'sealed:mieheg' } });
    expect(start(reversing).current.settings.smartHost.password).toBe('geheim');
  });

  describe('that can not be opened here', () => {
    const foreign = { smartHost: { account: 'me', password: 'keyring:x' } };
    beforeEach(() => {
      store.stored = { revision: 2, settings: foreign };
    });

    it('is asked for again, and everything else is kept', () => {
      const service = start(reversing);
      expect(service.current).toMatchObject({
        revision: 2,
        settings: { smartHost: { account: 'me', password: '' } },
      });
      expect([...service.current.unopened.keys()]).toEqual(['smartHost.password']);
      expect(service.notices).toEqual([
        "The stored SmartHost Password can't be read here. Please enter it again.",
      ]);
      expect([store.stored?.settings, events]).toEqual([foreign, []]);
    });

    it('survives every save, and opens again where it was sealed', async () => {
      const service = start(reversing);
      await service.apply({ maxMessageSizeMB: 10 }, undefined, prepare());
      await service.apply({ maxMessageSizeMB: 11, smartHost: { account: 'you' } }, undefined, prepare());
      await service.undo(4, prepare());
      expect(store.stored?.settings).toEqual({ ...foreign, maxMessageSizeMB: 10 });
      const home: SecretBox = { ...plainBox, open: (text) => text.slice('keyring:'.length) };
      expect(start(home).current.settings.smartHost.password).toBe('x');
    });

    it('is shown as set, and what is shown can be applied', async () => {
      const service = start(reversing);
      const shown = withoutSecrets(service.current.settings, service.current.unopened);
      expect(shown.smartHost.password).toBeNull();
      await service.apply({ ...shown, maxMessageSizeMB: 10 }, undefined, prepare());
      expect(store.stored?.settings).toEqual({ ...foreign, maxMessageSizeMB: 10 });
    });

    it('gives way to a new one, until that is undone', async () => {
      const service = start(reversing);
      await service.apply({ smartHost: { password: 'neu' } }, undefined, prepare());
      expect(store.stored?.settings).toEqual({ smartHost: { account: 'me', password: 'sealed:uen' } });
      expect(service.current.unopened.size).toBe(0);
      await service.undo(3, prepare());
      expect(store.stored?.settings).toEqual(foreign);
      expect(service.current.unopened.size).toBe(1);
    });

    it.each([{ smartHost: { password: '' } }, { 'smartHost.password': '' }])(
      'goes when it is removed by %j',
      async (patch) => {
        const service = start(reversing);
        await service.apply(patch, undefined, prepare());
        expect(store.stored).toEqual({ revision: 3, settings: { smartHost: { account: 'me' } } });
        expect(await service.apply(patch, undefined, prepare())).toMatchObject({ revision: 3 });
      },
    );

    it('stays when the change that would replace it is refused', async () => {
      const service = start(reversing);
      store.saveError = new Error('no');
      await refusal(service.apply({ smartHost: { password: 'neu' } }, undefined, prepare()));
      store.saveError = undefined;
      await service.apply({ maxMessageSizeMB: 10 }, undefined, prepare());
      expect(store.stored?.settings).toEqual({ ...foreign, maxMessageSizeMB: 10 });
    });
  });

  describe('in a lesser form than it could have', () => {
    const better: SecretBox = {
      ...reversing,
      open: (sealed) => (sealed.startsWith('plain:') ? plainBox.open(sealed) : reversing.open(sealed)),
    };
    const plain = { revision: 2, settings: { smartHost: { account: 'me', password: 'plain:geheim' } } };
    beforeEach(() => {
      store.stored = plain;
    });

    it('is sealed anew at once, and only then', () => {
      expect(start(better).current).toMatchObject({
        revision: 2,
        canUndo: false,
        settings: { smartHost: { password: 'geheim' } },
      });
      const sealedAnew = { account: 'me', password: 'sealed:mieheg' };
      expect(store.stored).toEqual({ revision: 2, settings: { smartHost: sealedAnew } });
      expect(start(better).current.settings.smartHost.password).toBe('geheim');
      expect(events).toEqual(['save']);
    });

    it('does no harm when it can not be saved or sealed', () => {
      store.saveError = Object.assign(new Error('EROFS'), { code: 'EROFS' });
      const service = start(better);
      expect(service.current.settings.smartHost.password).toBe('geheim');
      expect(service.notices).toEqual(["The stored passwords can't be sealed anew: the disk is read-only."]);
      store.saveError = undefined;
      const locked: SecretBox = {
        ...better,
        seal: () => {
          throw new Error('the keyring is locked');
        },
      };
      expect(start(locked).current.settings.smartHost.password).toBe('geheim');
      expect(start(locked).notices).toEqual([
        "The stored passwords can't be sealed anew: the keyring is locked.",
      ]);
      expect(store.stored).toEqual(plain);
    });

    it('is left alone by a box that does no better', () => {
      start();
      expect([store.stored, events]).toEqual([plain, []]);
    });
  });

  it('does not leave the engine', async () => {
    const service = start();
    expect(withoutSecrets(service.current.settings).smartHost.password).toBe('');
    await service.apply({ smartHost: { password: 'geheim', account: 'me' } }, 0, prepare());
    const shown = withoutSecrets(service.current.settings);
    expect(JSON.stringify(shown)).not.toContain('geheim');
    expect(shown.smartHost).toMatchObject({ password: null, account: 'me' });
    expect({ ...shown, smartHost: null }).toEqual({ ...service.current.settings, smartHost: null });
    // What was shown can be applied again.
    expect(service.merge(shown)).toEqual(service.current.settings);
  });
});
