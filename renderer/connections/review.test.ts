import { describe, expect, it } from 'vitest';
import { defaultSettings, type SettingPath } from '../../server/contract/settings.ts';
import { newDraft, reduceDraft } from './draft.ts';
import type { Entry } from './parse.ts';
import { reviewDraft, twoVersions, valueInWords } from './review.ts';

const base = { revision: 1, canUndo: false, unreadable: [], settings: defaultSettings('mail.example.com') };

function draftOf(entries: Partial<Record<SettingPath, Entry>>) {
  return Object.entries(entries).reduce(
    (draft, [path, entry]) => reduceDraft(draft, { type: 'typed', path: path as SettingPath, entry }),
    newDraft(base),
  );
}
const review = (entries: Partial<Record<SettingPath, Entry>>) => reviewDraft(draftOf(entries));

it('finds nothing to do in an untouched draft', () => {
  expect(review({})).toMatchObject({ issues: {}, valid: true, dirty: false, patch: {}, onlyPrimary: true });
});

it('sends only what really changes', () => {
  const found = review({
    'incoming.maxTotal': '20.0',
    'incoming.maxPerHost': ' ٣ ',
    hostname: 'Mail2.example',
  });
  expect(found).toMatchObject({
    dirty: true,
    patch: { 'incoming.maxPerHost': 3, hostname: 'Mail2.example' },
  });
  expect(review({ 'incoming.maxTotal': '20.0' }).dirty).toBe(false);
});

it('has the contract judge every value, and explains what cannot be understood', () => {
  const { issues, valid, dirty } = review({ 'incoming.maxTotal': '9', 'outgoing.maxConnections': '1,000' });
  expect(issues).toEqual({
    'incoming.maxTotal': 'Total must be a whole number from 10 to 100.',
    'outgoing.maxConnections': 'Write the number without separators: 1000.',
  });
  expect([valid, dirty]).toEqual([false, true]);
});

it('applies the rules across fields', () => {
  const found = review({ 'incoming.secondary.address': '127.0.0.1' });
  expect(Object.keys(found.issues)).toEqual(['incoming.secondary.port']);
  expect(review({ 'incoming.secondary.port': '587' }).onlyPrimary).toBe(false);
  expect(Object.keys(review({ 'smartHost.enabled': true }).issues)).toEqual(['smartHost.host']);
});

describe('fields that depend on a checkbox', () => {
  it('are dormant until it is on', () => {
    expect([...review({}).dormant]).toHaveLength(6);
    expect([...review({ 'smartHost.enabled': true }).dormant]).toEqual([
      'smartHost.account',
      'smartHost.password',
    ]);
    expect(review({ 'smartHost.enabled': true, 'smartHost.authenticate': true }).dormant.size).toBe(0);
  });

  it('keep what was typed without standing in the way', () => {
    const found = review({ 'smartHost.host': 'not a host', 'incoming.maxTotal': '30' });
    expect(found).toMatchObject({ issues: {}, valid: true, patch: { 'incoming.maxTotal': 30 } });
    expect(Object.keys(found.patch)).toHaveLength(1);
    expect(review({ 'smartHost.host': 'not a host' }).dirty).toBe(false);
    expect(review({ 'smartHost.host': 'not a host', 'smartHost.enabled': true }).valid).toBe(false);
  });

  it('are sent when they are right', () => {
    expect(review({ 'smartHost.host': 'relay.example.com' }).patch).toEqual({
      'smartHost.host': 'relay.example.com',
    });
  });
});

it('lets a refused value be tried again', () => {
  const draft = reduceDraft(draftOf({ 'incoming.primary.port': '26' }), {
    type: 'refused',
    issues: { 'incoming.primary.port': 'Port 26 is in use.' },
  });
  expect(reviewDraft(draft)).toMatchObject({
    issues: { 'incoming.primary.port': 'Port 26 is in use.' },
    valid: true,
    dirty: true,
  });
});

it('says both versions in words', () => {
  const draft = draftOf({ 'incoming.maxTotal': '30' });
  expect(twoVersions(draft, 'incoming.maxTotal')).toEqual({ mine: '30', theirs: '20' });
});

it.each([
  ['smartHost.enabled', true, 'on'],
  ['smartHost.password', null, 'set'],
  ['smartHost.password', '', 'not set'],
  ['smartHost.password', 'secret', 'set'],
  ['smartHost.password', false, 'not set'],
  ['incoming.primary.address', '', 'all addresses'],
  ['relay.trustedNetworks', ['10.0.0.0/8', '::1'], '10.0.0.0/8, ::1'],
  ['relay.trustedNetworks', [], 'empty'],
  ['smartHost.host', '', 'empty'],
] as const)('says %s %j in words', (path, value, words) => {
  expect(valueInWords(path, value)).toBe(words);
});
