import { describe, expect, it } from 'vitest';
import { defaultSettings, type SettingPath, type SettingsPatch } from '../../server/contract/settings.ts';
import { mergeSettings } from '../../server/contract/validate.ts';
import {
  type Base,
  conflicts,
  type Draft,
  type DraftAction,
  entryAt,
  newDraft,
  reduceDraft,
  sentIsInForce,
} from './draft.ts';
import { type Entry, REMOVED } from './parse.ts';

const TOTAL = 'incoming.maxTotal';
const PER_HOST = 'incoming.maxPerHost';
const PASSWORD = 'smartHost.password';

/** Settings as the engine shows them; null stands for a password that is set. */
function base(revision: number, patch: SettingsPatch = {}, passwordSet = false): Base {
  const merged = mergeSettings(defaultSettings('mail.example.com'), patch);
  if (!merged.ok) throw new Error(merged.issues[0]?.message);
  const { smartHost } = merged.settings;
  const password = (passwordSet ? null : '') as string;
  return {
    revision,
    canUndo: false,
    unreadable: [],
    settings: { ...merged.settings, smartHost: { ...smartHost, password } },
  };
}

const start = newDraft(base(1));
const replay = (draft: Draft, ...actions: DraftAction[]) => actions.reduce(reduceDraft, draft);
const type = (path: SettingPath, entry: Entry): DraftAction => ({ type: 'typed', path, entry });

describe('typing', () => {
  it('shows the base where nothing was typed, and what was typed elsewhere', () => {
    const draft = replay(start, type(TOTAL, '3'), type(TOTAL, '30'));
    expect([entryAt(draft, TOTAL), entryAt(draft, PER_HOST)]).toEqual(['30', '5']);
    expect(draft.edits[TOTAL]).toEqual({ entry: '30', from: 20 });
  });

  it('forgets an edit that was taken back by hand', () => {
    expect(replay(start, type(TOTAL, '2'), type(TOTAL, '20')).edits).toEqual({});
  });

  it('takes back one field, or all', () => {
    const draft = replay(start, type(TOTAL, '30'), type(PER_HOST, '3'));
    expect(Object.keys(replay(draft, { type: 'reverted', path: TOTAL }).edits)).toEqual([PER_HOST]);
    expect(replay(draft, { type: 'allReverted' })).toEqual(start);
  });

  it('writes what it understood in the usual way when the field is left, and leaves the rest alone', () => {
    const leave = (text: string) => replay(start, type(TOTAL, text), { type: 'left', path: TOTAL });
    expect(entryAt(leave(' ٣٠ '), TOTAL)).toBe('30');
    expect(leave('20.0').edits).toEqual({});
    expect(entryAt(leave('thirty'), TOTAL)).toBe('thirty');
    expect(entryAt(leave('5'), TOTAL)).toBe('5');
  });
});

describe('the password', () => {
  const set = newDraft(base(1, {}, true));

  it('is replaced by typing, and kept when all that was typed is deleted again', () => {
    expect(replay(set, type(PASSWORD, 's')).edits[PASSWORD]).toEqual({ entry: 's', from: null });
    expect(replay(set, type(PASSWORD, 's'), type(PASSWORD, '')).edits).toEqual({});
  });

  it('is removed only when that was said', () => {
    const draft = replay(set, type(PASSWORD, REMOVED));
    expect(entryAt(draft, PASSWORD)).toBe(REMOVED);
    expect(replay(draft, { type: 'received', base: base(2) }).edits[PASSWORD]?.from).toBe('');
  });

  it('is never written anew when the field is left', () => {
    const draft = replay(set, type(PASSWORD, ' ٢ '), { type: 'left', path: PASSWORD });
    expect(entryAt(draft, PASSWORD)).toBe(' ٢ ');
  });
});

describe('a change from elsewhere', () => {
  const elsewhere = base(2, { incoming: { maxTotal: 40, maxPerHost: 7 } });

  it('shows at once where nothing was typed, and keeps what was', () => {
    const draft = replay(start, type(PER_HOST, '3'), { type: 'received', base: elsewhere });
    expect([entryAt(draft, TOTAL), entryAt(draft, PER_HOST)]).toEqual(['40', '3']);
    expect(conflicts(draft)).toEqual([PER_HOST]);
  });

  it('is no conflict where both came to the same', () => {
    const draft = replay(start, type(TOTAL, '40'), type(PER_HOST, '7.0'), {
      type: 'received',
      base: elsewhere,
    });
    expect(conflicts(draft)).toEqual([]);
    expect(entryAt(draft, PER_HOST)).toBe('7.0');
  });

  it('is no conflict where it touched other fields', () => {
    const draft = replay(start, type('hostname', 'a.example'), { type: 'received', base: elsewhere });
    expect(conflicts(draft)).toEqual([]);
  });

  it('keeps half-typed text that means nothing yet, and marks it', () => {
    const draft = replay(start, type(TOTAL, 'x'), { type: 'received', base: elsewhere });
    expect([entryAt(draft, TOTAL), conflicts(draft)]).toEqual(['x', [TOTAL]]);
  });

  it('can be overruled or taken over', () => {
    const draft = replay(start, type(PER_HOST, '3'), { type: 'received', base: elsewhere });
    const mine = replay(draft, { type: 'keptMine', path: PER_HOST });
    expect([conflicts(mine), entryAt(mine, PER_HOST)]).toEqual([[], '3']);
    const theirs = replay(draft, { type: 'reverted', path: PER_HOST });
    expect([conflicts(theirs), entryAt(theirs, PER_HOST)]).toEqual([[], '7']);
  });

  it('is a conflict again when it happens again', () => {
    const kept = replay(
      start,
      type(PER_HOST, '3'),
      { type: 'received', base: elsewhere },
      { type: 'keptMine', path: PER_HOST },
      { type: 'received', base: base(3, { incoming: { maxPerHost: 8 } }) },
    );
    expect(conflicts(kept)).toEqual([PER_HOST]);
  });

  it('tells of a password that was set elsewhere while another is typed here', () => {
    const draft = replay(start, type(PASSWORD, 'x'), { type: 'received', base: base(2, {}, true) });
    expect(conflicts(draft)).toEqual([PASSWORD]);
  });
});

describe('applying', () => {
  const sent = replay(start, type(TOTAL, '30'), type(PER_HOST, '3'), {
    type: 'sent',
    paths: [TOTAL, PER_HOST],
  });
  const done = base(2, { incoming: { maxTotal: 30, maxPerHost: 3 } });

  it('ends the edits it carried', () => {
    const draft = replay(sent, { type: 'applied', base: done });
    expect(draft).toEqual(newDraft(done));
  });

  it('keeps what was typed meanwhile', () => {
    const draft = replay(sent, type(TOTAL, '300'), type('hostname', 'b'), { type: 'applied', base: done });
    expect([entryAt(draft, TOTAL), entryAt(draft, 'hostname')]).toEqual(['300', 'b']);
    expect([Object.keys(draft.edits).sort(), conflicts(draft)]).toEqual([['hostname', TOTAL], []]);
  });

  it('keeps all when it was refused, with the reason by the field', () => {
    const draft = replay(sent, { type: 'refused', issues: { [TOTAL]: 'No.' } });
    expect([entryAt(draft, TOTAL), draft.refusals, draft.sent]).toEqual([
      '30',
      { [TOTAL]: 'No.' },
      undefined,
    ]);
    expect(replay(draft, type(PER_HOST, '4')).refusals).toEqual({});
    expect(replay(draft, type('hostname', 'b')).refusals).toEqual({ [TOTAL]: 'No.' });
  });

  it('takes its own effect for no change from elsewhere when the answer was lost', () => {
    const draft = replay(sent, type(TOTAL, '300'), { type: 'received', base: done });
    expect([conflicts(draft), entryAt(draft, TOTAL), draft.sent]).toEqual([[], '300', undefined]);
  });

  it('can tell by the settings whether it happened', () => {
    expect(sentIsInForce(sent, done)).toBe(true);
    expect(sentIsInForce(sent, base(2, { incoming: { maxTotal: 30 } }))).toBe(false);
    expect(sentIsInForce(sent, base(1))).toBe(false);
    const password = replay(start, type(PASSWORD, 'x'), { type: 'sent', paths: [PASSWORD] });
    expect(sentIsInForce(password, base(2, {}, true))).toBe(true);
    expect(sentIsInForce(password, base(2))).toBe(false);
  });
});
