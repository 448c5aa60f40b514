import { beforeEach, describe, expect, it } from 'vitest';
import { events, prepare, refusal, start, store } from '../testing/fixtures/settings-service.ts';
import { withoutSecrets } from './sealed.ts';
import { plainBox, type SecretBox } from './secrets.ts';

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
