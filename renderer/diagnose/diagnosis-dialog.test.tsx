import { ORPCError } from '@orpc/client';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DiagnosisView, StepView } from '../../server/contract/diagnose.ts';
import { ConnectionLost } from '../client.ts';
import { DiagnosisDialog } from './diagnosis-dialog.tsx';
import type { Ask } from './use-diagnosis.ts';

const step = (id: string, part: Partial<StepView> = {}): StepView => ({
  id,
  title: `Try ${id}`,
  state: 'passed',
  ms: 12,
  detail: `It is ${id}.`,
  advice: '',
  ...part,
});
const view = (steps: StepView[], part: Partial<DiagnosisView> = {}): DiagnosisView => ({
  steps,
  summary: '',
  isOver: false,
  offer: null,
  transcript: [],
  ...part,
});
const over = { isOver: true, summary: 'That is how it is.' };

/** A test that tells what it is given, until it is ended or left. */
function createScript() {
  const signals: AbortSignal[] = [];
  let tell: (next: DiagnosisView | Error | 'end') => void = () => {};
  const ask: Ask = async (signal) => {
    signals.push(signal);
    return (async function* () {
      for (;;) {
        const next = await new Promise<DiagnosisView | Error | 'end'>((resolve) => {
          tell = resolve;
          signal.addEventListener('abort', () => resolve(new Error('left')));
        });
        if (next === 'end') return;
        if (next instanceof Error) throw next;
        yield next;
      }
    })();
  };
  return { ask, signals, tell: (next: DiagnosisView | Error | 'end') => act(async () => tell(next)) };
}

let script: ReturnType<typeof createScript>;
const onClose = vi.fn();
const onOffer = vi.fn();
const behind = { keys: vi.fn(), submit: vi.fn() };

function open() {
  return render(
    <form onKeyDown={(event) => behind.keys(event.key)} onSubmit={behind.submit} aria-label="Behind">
      <DiagnosisDialog title="Test of it" ask={script.ask} onClose={onClose} onOffer={onOffer}>
        <input aria-label="Something to enter" />
      </DiagnosisDialog>
    </form>,
  );
}

beforeEach(async () => {
  vi.clearAllMocks();
  script = createScript();
  await act(async () => void open());
});
afterEach(cleanup);

const button = (name: string) => screen.getByRole('button', { name });
const press = (name: string) => act(async () => void fireEvent.click(button(name)));
const items = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent);

it('tells each step as it happens, in words beside the picture, and what to do', async () => {
  await script.tell(view([step('dns'), step('connect', { state: 'running', ms: 0, detail: '' })]));
  expect(items()).toEqual(['Passed: Try dns12 msIt is dns.', 'Running: Try connect']);
  expect(screen.getByRole('list').getAttribute('aria-live')).toBe('polite');
  await script.tell(
    view([
      step('dns', { state: 'warning' }),
      step('connect', { state: 'failed', advice: 'Look again.' }),
      step('end', { state: 'skipped', ms: 0 }),
    ]),
  );
  expect(items()).toEqual([
    'Passed, with a reservation: Try dns12 msIt is dns.',
    'Failed: Try connect12 msIt is connect.Look again.',
    'Left out: Try endIt is end.',
  ]);
  expect(screen.queryByText('That is how it is.')).toBeNull();
  await script.tell(view([step('dns')], over));
  await script.tell('end');
  expect(within(screen.getByRole('status')).getByText('That is how it is.')).toBeDefined();
  button('Test Again');
});

it('can be stopped, which ends it and says so', async () => {
  await script.tell(view([step('dns'), step('connect', { state: 'running', ms: 0, detail: '' })]));
  await press('Stop');
  expect(script.signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(items()[1]).toBe('Stopped: Try connect');
  expect(screen.getByRole('status').textContent).toBe('The test was stopped.');
  await press('Test Again');
  expect(script.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(screen.queryAllByRole('listitem')).toEqual([]);
});

it('ends with the dialog', () => {
  cleanup();
  expect(script.signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it('begins anew by Enter, which does nothing behind the dialog', async () => {
  await script.tell(view([step('dns')], over));
  const field = screen.getByRole('textbox', { name: 'Something to enter' });
  fireEvent.keyDown(field, { key: 'Enter' });
  await act(async () => void fireEvent.submit(field));
  expect(script.signals).toHaveLength(2);
  expect(behind.keys).not.toHaveBeenCalledWith('Enter');
  expect(behind.submit).not.toHaveBeenCalled();
});

it.each([
  [
    'in the engine’s words where it refuses',
    new ORPCError('INVALID', { defined: true, message: '“x” is not a mail address.' }),
    /^“x” is not a mail address\.$/,
  ],
  ['where the connection is lost', new ConnectionLost(), /connection/i],
])('says why it broke off, %s', async (_, error, words) => {
  await script.tell(view([step('dns', { state: 'running' })]));
  await script.tell(error);
  expect(screen.getByRole('status').textContent).toMatch(words);
  expect(items()[0]).toMatch(/^Stopped/);
  button('Test Again');
});

it('leads to what it offers, and only then', async () => {
  await script.tell(view([step('dns')], over));
  expect(screen.queryByRole('button', { name: 'Set Up the SmartHost' })).toBeNull();
  await script.tell(view([step('dns')], { ...over, offer: 'smart host' }));
  await press('Set Up the SmartHost');
  expect(onOffer).toHaveBeenCalledOnce();
});

it('shows what was said, and copies it', async () => {
  await script.tell(view([step('dns')]));
  expect(screen.queryByRole('button', { name: 'What was said' })).toBeNull();
  await script.tell(view([step('dns')], { ...over, transcript: ['S: 220 x', 'C: EHLO y'] }));
  await press('What was said');
  const said = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What was said' });
  expect([said.value, said.readOnly]).toEqual(['S: 220 x\nC: EHLO y', true]);
  document.execCommand = vi.fn(() => true);
  await press('Copy');
  expect(document.execCommand).toHaveBeenCalledWith('copy');
  button('Copied');
});
