import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFakeLog, type FakeLog, NOON } from '../testing/fake-log.ts';
import { LogTab } from './log-tab.tsx';

let copied = '';

beforeEach(() => {
  // Without a layout nothing would be in view.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(700);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  HTMLElement.prototype.scrollTo = scrollTo as typeof HTMLElement.prototype.scrollTo;
  copied = '';
  // What a browser does when a page asks it to copy.
  document.execCommand = () => {
    const event = new Event('copy', { bubbles: true, cancelable: true });
    const setData = (_: string, text: string) => {
      copied = text;
    };
    const clipboardData = { setData };
    document.dispatchEvent(Object.assign(event, { clipboardData }));
    return true;
  };
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function scrollTo(this: HTMLElement, { top = 0 }: ScrollToOptions): void {
  this.scrollTop = top;
  fireEvent.scroll(this);
}

async function show(log: FakeLog): Promise<void> {
  render(<LogTab connection={log.connection} />);
  await act(async () => {});
}

/** A session that took a message, and two attempts to deliver it. */
function story(): FakeLog {
  const log = createFakeLog(0);
  const message = 'M1';
  const attempt = { message, kind: 'delivery', host: 'mx.far.test', address: 'bob@far.test' } as const;
  log.write(
    { session: 'S1', message, kind: 'message', host: '192.0.2.7', text: 'Accepted.' },
    { session: 'S1', host: '192.0.2.7', text: 'Session ended.' },
    { ...attempt, session: 'A1', level: 'warning', text: 'Deferred.' },
    { ...attempt, session: 'A2', text: 'Delivered.' },
    { kind: 'server', text: 'Stopped.' },
  );
  for (const session of ['S1', 'A1', 'A2'])
    log.transcripts.push({
      session,
      direction: session === 'S1' ? 'incoming' : 'outgoing',
      host: session === 'S1' ? '192.0.2.7' : 'mx.far.test',
      startedAt: NOON,
      endedAt: NOON,
      lines: [
        { ms: 5, by: 'client', text: `MAIL in ${session}` },
        { ms: 9, by: 'server', text: '250 Ok' },
      ],
    });
  return log;
}

const grid = () => screen.getByLabelText('Mail log');
const bodyRows = () => [...document.querySelectorAll<HTMLElement>('.log-all .log-row:not(.day)')];
const texts = () => bodyRows().map((row) => row.querySelector('.text')?.textContent);
const rowOf = (text: string) => bodyRows().find((row) => row.textContent?.includes(text)) as HTMLElement;
const button = (name: string) => screen.getByRole('button', { name });
const said = () => document.querySelector('.log-actions .said')?.textContent;
const press = (key: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(grid(), { key, ...more }));
const click = (element: HTMLElement, more: object = {}) =>
  act(async () => void fireEvent.click(element, more));
const details = () => screen.getByRole('region', { name: 'Details' });

it('says that nothing has happened yet, and shows what does', async () => {
  const log = createFakeLog(0);
  await show(log);
  expect(screen.getByText('Nothing has happened yet.')).toBeTruthy();
  await act(async () => log.write({ text: 'Started.' }));
  await vi.waitFor(() => expect(texts()).toEqual(['Started.']));
  expect(said()).toBe('Following what happens.');
});

it('pauses and goes on', async () => {
  const log = createFakeLog(2);
  await show(log);
  await click(button('Pause'));
  expect(said()).toMatch(/^Paused at \d\d:\d\d:\d\d: nothing new is shown\.$/);
  await act(async () => log.write({ text: 'Meanwhile' }));
  expect(texts()).toEqual(['Entry 1', 'Entry 2']);
  await click(button('Resume'));
  await vi.waitFor(() => expect(texts()).toEqual(['Entry 1', 'Entry 2', 'Meanwhile']));
});

it('shows the way of a message, and the transcript of the entry or of another station', async () => {
  await show(story());
  await click(rowOf('Deferred.'));
  await within(details()).findByText('MAIL in A1');
  const names = [...details().querySelectorAll('.station-name')].map(({ textContent }) => textContent);
  expect(names).toEqual(['Info: Received', 'Warning: Attempt 1', 'Info: Attempt 2']);
  await click(within(details()).getByRole('button', { name: /Received/ }));
  await within(details()).findByText('MAIL in S1');
  expect(within(details()).queryByText('MAIL in A1')).toBeNull();
  // Another entry brings its own.
  await click(rowOf('Delivered.'));
  await within(details()).findByText('MAIL in A2');
  await click(within(details()).getByRole('radio', { name: 'Attempt' }));
  await vi.waitFor(() => expect(details().querySelectorAll('.related .entries li').length).toBe(1));
  await press('Escape');
  expect(screen.queryByRole('region', { name: 'Details' })).toBeNull();
});

it('says when there is no transcript, and when an entry belongs to nobody', async () => {
  const log = story();
  log.transcripts.length = 0;
  await show(log);
  await click(rowOf('Deferred.'));
  await within(details()).findByText(/^There is no transcript/);
  await click(rowOf('Stopped.'));
  expect(within(details()).getByText('This entry is about the server as a whole.')).toBeTruthy();
});

async function groupBy(by: string): Promise<void> {
  await click(screen.getByRole('button', { name: /Grouping$/ }));
  await click(screen.getByRole('option', { name: by }));
}

it('groups by session and attempt, opens a group, and keeps what is chosen', async () => {
  await show(story());
  await click(rowOf('Session ended.'));
  await groupBy('By session');
  expect(texts()).toEqual(['2 entries: Accepted.', 'Deferred.', 'Delivered.', 'Stopped.']);
  const [group] = bodyRows() as [HTMLElement];
  expect(group.getAttribute('aria-selected')).toBe('true');
  expect(group.getAttribute('aria-expanded')).toBe('false');
  await press('ArrowRight');
  expect(texts()).toEqual([
    '2 entries: Accepted.',
    'Accepted.',
    'Session ended.',
    'Deferred.',
    'Delivered.',
    'Stopped.',
  ]);
  expect(bodyRows().map((row) => row.getAttribute('aria-level'))).toEqual(['1', '2', '2', '1', '1', '1']);
  await press('ArrowDown');
  await press('ArrowLeft');
  expect(bodyRows()[0]?.getAttribute('aria-selected')).toBe('true');
  await press('ArrowLeft');
  expect(texts().length).toBe(4);
  await groupBy('Not grouped');
  expect(rowOf('Accepted.').getAttribute('aria-selected')).toBe('true');
});

it('groups by message, and is found as it was left', async () => {
  const log = story();
  await show(log);
  await groupBy('By message');
  expect(texts()).toEqual(['Session ended.', '3 entries: Delivered.', 'Stopped.']);
  await click(rowOf('3 entries: Delivered.'));
  await within(details()).findByText('MAIL in A2');
  cleanup();
  await show(log);
  expect(texts()).toEqual(['Session ended.', '3 entries: Delivered.', 'Stopped.']);
  expect(rowOf('3 entries: Delivered.').getAttribute('aria-selected')).toBe('true');
  await within(details()).findByText('MAIL in A2');
});

it('copies what is chosen, line by line, and a transcript', async () => {
  await show(story());
  await click(button('Copy'));
  expect(said()).toBe('Choose the entries to copy first.');
  await press('Home');
  await press('ArrowDown', { shiftKey: true });
  expect(said()).toBe('2 entries selected');
  await press('c', { ctrlKey: true });
  expect(said()).toBe('2 entries copied.');
  expect(copied.split('\n').length).toBe(3);
  expect(copied).toContain('Accepted.  [session S1, message M1, host 192.0.2.7]\n');
  await press('Enter');
  await within(details()).findByText('MAIL in S1');
  await click(within(details()).getByRole('button', { name: 'Copy' }));
  expect(said()).toBe('Transcript copied.');
  expect(copied).toContain('C: MAIL in S1\n');
});

it('offers all again where nothing fits', async () => {
  await show(story());
  fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'nothing like it' } });
  await screen.findByText(/^Nothing in the log fits/);
  await click(button('Show All'));
  await vi.waitFor(() => expect(texts().length).toBe(5));
  expect((screen.getByRole('searchbox') as HTMLInputElement).value).toBe('');
});

it('is not taken to an end by another key than the one that asked for it', async () => {
  const log = createFakeLog(1_000);
  // At its end, far from where more would be loaded.
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(10_000);
  await show(log);
  const release = log.hold();
  await press('Home');
  await press('ArrowDown');
  const chosen = () => bodyRows().find((row) => row.getAttribute('aria-selected') === 'true')?.id;
  expect(chosen()).toBe('entry-852');
  release();
  await act(async () => {});
  expect(chosen()).not.toBe('entry-1');
});

it('says that it is not connected', async () => {
  const log = story();
  await show(log);
  act(() => log.connection.link.set({ state: 'lost', since: new Date() }));
  expect(said()).toBe('Not connected.');
  expect(button('Export…').hasAttribute('disabled')).toBe(true);
});
