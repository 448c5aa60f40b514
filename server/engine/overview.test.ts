import { expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import { Overview, type OverviewParts } from './overview.ts';

const DAMAGED = Object.assign(new Error('database disk image is malformed'), { errcode: 11 });
const counts = { due: 3, deferred: 1, held: 0, stuck: 0 };

/** An overview whose database gives these answers, one after the other. */
function overviewOf(...answers: (typeof counts | Error)[]): Overview {
  const next = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const store = { queue: { counts: next }, accounts: { count: async () => 2 } };
  const snapshot = () => ({ settings: defaultSettings('mail.example.com') });
  return new Overview({ store, snapshot } as unknown as OverviewParts);
}

it('goes on with what a database told before it was damaged, so that the status can say so', async () => {
  const overview = overviewOf(counts, DAMAGED, DAMAGED);
  expect(await overview.counts()).toEqual(counts);
  expect(await overview.counts()).toEqual(counts);
  expect(await overview.stored()).toEqual({ queue: counts, accounts: 2 });
  const nothing = { due: 0, deferred: 0, held: 0, stuck: 0 };
  expect(await overviewOf(DAMAGED).counts()).toEqual(nothing);
});

it('hides no other fault', async () => {
  await expect(overviewOf(counts, new Error('no such table')).counts()).resolves.toEqual(counts);
  await expect(overviewOf(new Error('no such table')).counts()).rejects.toThrow('no such table');
});
