import { describe, expect, it, vi } from 'vitest';
import type { SettingPath } from '../../server/contract/settings.ts';
import { createFakeEngine } from '../testing/fake-engine.ts';
import { conflicts, entryAt } from './draft.ts';
import type { Entry } from './parse.ts';
import { openSheet } from './sheet.ts';

const TOTAL = 'incoming.maxTotal';
const PORT = 'incoming.primary.port';

async function open() {
  const engine = createFakeEngine();
  const sheet = openSheet(engine.connection, engine.live);
  const draft = () => {
    const found = sheet.state.get().draft;
    if (!found) throw new Error('The settings have not arrived.');
    return found;
  };
  await vi.waitFor(draft);
  return {
    engine,
    sheet,
    draft,
    notice: () => sheet.state.get().notice,
    type: (path: SettingPath, entry: Entry) => sheet.edit({ type: 'typed', path, entry }),
    shows: (path: SettingPath) => entryAt(draft(), path),
  };
}

describe('apply', () => {
  it('sends what changed and says what happened', async () => {
    const { engine, sheet, type, notice, draft } = await open();
    type(TOTAL, '30');
    await sheet.apply();
    expect(engine.patches).toEqual([{ [TOTAL]: 30 }]);
    expect(notice()).toEqual({ kind: 'done', text: 'Applied. It is so.' });
    expect([draft().base.revision, draft().edits, draft().base.canUndo]).toEqual([2, {}, true]);
  });

  it('says why it can do nothing, and sends nothing', async () => {
    const { engine, sheet, type, notice } = await open();
    await sheet.apply();
    expect(notice()?.text).toBe('Nothing was changed, so there is nothing to apply.');
    type(TOTAL, 'x');
    await sheet.apply();
    expect(notice()).toEqual({ kind: 'problem', text: 'Correct the marked fields first.' });
    expect(sheet.state.get().faults).toBe(1);
    engine.lose();
    await sheet.apply();
    expect(notice()?.text).toBe('Apply is possible again once Waypost can be reached.');
    expect(engine.patches).toEqual([]);
  });

  it('puts a refusal beside its field and keeps what was typed', async () => {
    const { engine, sheet, type, draft, notice, shows } = await open();
    type(PORT, '26');
    engine.refuseNext('PORT_IN_USE', [{ path: PORT, message: 'Port 26 is in use by x.' }]);
    await sheet.apply();
    expect(draft().refusals).toEqual({ [PORT]: 'Port 26 is in use by x.' });
    expect([notice()?.kind, sheet.state.get().faults, shows(PORT)]).toEqual(['problem', 1, '26']);
    await sheet.apply();
    expect(engine.settings().incoming.primary.port).toBe(26);
  });

  it('says what belongs to no field beside the buttons', async () => {
    const { engine, sheet, type, notice } = await open();
    type(TOTAL, '30');
    engine.refuseNext('NOT_SAVED', [{ path: '', message: 'The disk is full.' }]);
    await sheet.apply();
    expect([notice()?.text, sheet.state.get().faults]).toEqual(['The disk is full.', 0]);
  });

  it('keeps what is typed while it is under way', async () => {
    const { engine, sheet, type, shows, draft } = await open();
    type(TOTAL, '30');
    const release = engine.holdNext();
    const applying = sheet.apply();
    expect(sheet.state.get().busy).toBe('applying');
    type(TOTAL, '31');
    type('hostname', 'other.example.com');
    release();
    await applying;
    expect(engine.settings().incoming.maxTotal).toBe(30);
    expect([shows(TOTAL), shows('hostname'), conflicts(draft())]).toEqual(['31', 'other.example.com', []]);
  });
});

describe('undo', () => {
  it('takes back the last apply', async () => {
    const { engine, sheet, type, notice, shows } = await open();
    type(TOTAL, '30');
    await sheet.apply();
    await sheet.undo();
    expect([engine.settings().incoming.maxTotal, shows(TOTAL)]).toEqual([20, '20']);
    expect(notice()).toEqual({ kind: 'done', text: 'Undone. It is as it was.' });
  });

  it('says why it could not', async () => {
    const { engine, sheet, notice } = await open();
    engine.refuseNext('PORT_IN_USE', [{ path: PORT, message: 'Port 25 is in use.' }]);
    await sheet.undo();
    expect(notice()?.kind).toBe('problem');
  });
});

describe('another window', () => {
  it('shows at once without touching what is typed here', async () => {
    const { engine, type, shows, notice } = await open();
    type('hostname', 'mine.example.com');
    engine.applyElsewhere({ incoming: { maxTotal: 40 } });
    await vi.waitFor(() => expect(shows(TOTAL)).toBe('40'));
    expect([shows('hostname'), notice()?.text]).toEqual([
      'mine.example.com',
      'Changed in another window: Incoming, Total.',
    ]);
  });

  it('leads to a choice when both changed the same, and then to what was chosen', async () => {
    const { engine, sheet, type, draft } = await open();
    type(TOTAL, '30');
    type(PORT, '26');
    engine.applyElsewhere({ incoming: { maxTotal: 40, primary: { port: 27 } } });
    await vi.waitFor(() => expect(conflicts(draft())).toEqual([TOTAL, PORT]));
    await sheet.apply();
    expect([sheet.state.get().choosing, engine.patches]).toEqual([true, []]);
    await sheet.choose([TOTAL], [PORT]);
    const { maxTotal, primary } = engine.settings().incoming;
    expect([maxTotal, primary.port, sheet.state.get().choosing]).toEqual([30, 27, false]);
  });

  it('has nothing to apply when only the other versions were chosen', async () => {
    const { engine, sheet, type, draft, notice, shows } = await open();
    type(TOTAL, '30');
    engine.applyElsewhere({ incoming: { maxTotal: 40 } });
    await vi.waitFor(() => expect(conflicts(draft())).toEqual([TOTAL]));
    await sheet.choose([], [TOTAL]);
    expect([shows(TOTAL), engine.patches]).toEqual(['40', []]);
    expect(notice()?.text).toBe('The values of the other window stay as they are.');
  });

  it('makes a stale apply a choice, even when it was not heard of before', async () => {
    const { engine, sheet, type } = await open();
    type(TOTAL, '30');
    engine.applyElsewhere({ incoming: { maxTotal: 40 } }, false);
    await sheet.apply();
    expect([sheet.state.get().choosing, engine.settings().incoming.maxTotal]).toEqual([true, 40]);
    await sheet.choose([TOTAL], []);
    expect(engine.settings().incoming.maxTotal).toBe(30);
  });

  it('asks to look again when a stale apply meets other fields only', async () => {
    const { engine, sheet, type, notice, shows } = await open();
    type(TOTAL, '30');
    engine.applyElsewhere({ hostname: 'theirs.example.com' }, false);
    await sheet.apply();
    expect([notice()?.text, shows('hostname'), shows(TOTAL)]).toEqual([
      'Changed elsewhere meanwhile.',
      'theirs.example.com',
      '30',
    ]);
    await sheet.apply();
    expect(engine.settings().incoming.maxTotal).toBe(30);
  });
});

describe('a lost connection', () => {
  it('keeps the entries, and the base is true again afterwards', async () => {
    const { engine, type, shows } = await open();
    type(TOTAL, '30');
    engine.lose();
    engine.applyElsewhere({ hostname: 'theirs.example.com' }, false);
    type(TOTAL, '31');
    engine.comeBack();
    await vi.waitFor(() => expect(shows('hostname')).toBe('theirs.example.com'));
    expect(shows(TOTAL)).toBe('31');
  });

  it.each([
    ['lost after', 'done', 30, {}],
    ['lost before', 'problem', 20, { [TOTAL]: { entry: '30', from: 20 } }],
  ] as const)('finds out what became of an apply that was %s', async (outcome, kind, total, edits) => {
    const { engine, sheet, type, notice, draft } = await open();
    type(TOTAL, '30');
    const release = engine.holdNext();
    const applying = sheet.apply();
    engine.lose();
    release(outcome);
    await applying;
    expect(notice()?.text).toBe('The connection was lost before Waypost answered.');
    engine.comeBack();
    await vi.waitFor(() => expect(draft().sent).toBeUndefined());
    expect([notice()?.kind, engine.settings().incoming.maxTotal, draft().edits]).toEqual([
      kind,
      total,
      edits,
    ]);
  });
});
