import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LiveView } from '../../server/contract/views.ts';
import type { Client, Connection, Link } from '../client.ts';
import { liveOf } from '../testing/fake-engine.ts';
import { createFakeQueue, type FakeQueue, queued } from '../testing/fake-queue.ts';
import { createStore } from '../ui/store.ts';
// Loaded when it is opened otherwise, which a busy machine may take longer for than a test waits.
import './message-dialog.tsx';
import { QueueTab } from './queue-tab.tsx';

beforeEach(() => {
  // Without a layout nothing would be in view.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(700);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(1_000_000);
  HTMLElement.prototype.scrollTo = scrollTo as typeof HTMLElement.prototype.scrollTo;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function scrollTo(this: HTMLElement, { top = 0 }: ScrollToOptions): void {
  this.scrollTop = top;
  fireEvent.scroll(this);
}

const QUIET = liveOf(1);
function paused(): LiveView {
  return { ...QUIET, status: { ...QUIET.status, paused: { incoming: false, outgoing: true } } };
}

async function show(queue: FakeQueue, live = QUIET) {
  const link = createStore<Link>({ state: 'connected' });
  const connection: Connection = { client: queue.client as Client, link };
  const view = render(<QueueTab connection={connection} live={live} />);
  await act(async () => {});
  return {
    link,
    become: (next: LiveView) => view.rerender(<QueueTab connection={connection} live={next} />),
  };
}

const grid = () => screen.getByRole('grid', { name: 'Queue' });
const rowOf = (name: string) => screen.getByRole('row', { name: new RegExp(name) });
const button = (name: string) => screen.getByRole('button', { name });
const steered = (queue: FakeQueue) =>
  queue.asked.filter(({ procedure }) => procedure === 'steer').map(({ input }) => input);
const press = (key: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(grid(), { key, ...more }));
const click = (element: HTMLElement, more: object = {}) =>
  act(async () => void fireEvent.click(element, more));

it('says that nothing waits', async () => {
  await show(createFakeQueue(0));
  expect(screen.getByText('Nothing waits to be sent.')).toBeTruthy();
  expect(screen.queryByRole('grid')).toBeNull();
  expect(screen.queryByRole('searchbox')).toBeNull();
});

it('is a grid of any length, of which what is in view is there', async () => {
  await show(createFakeQueue(5000));
  expect(grid().getAttribute('aria-rowcount')).toBe('5001');
  const rows = within(grid()).getAllByRole('row');
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.length).toBeLessThan(60);
  expect(rows.slice(0, 3).map((row) => row.getAttribute('aria-rowindex'))).toEqual(['1', '2', '3']);
  expect(
    within(rows[1] as HTMLElement)
      .getAllByRole('gridcell')
      .map(({ textContent }) => textContent),
  ).toEqual([
    'user0@d0.example',
    'anna@example.com',
    expect.stringMatching(/: mx\.example did not answer in time; 2 of about 30 tries$/),
    '2',
    '1000 B',
    expect.any(String),
  ]);
  await press('End');
  expect(rowOf('user4999@').getAttribute('aria-selected')).toBe('true');
});

it('leads through the list by keys, and says where they are', async () => {
  await show(createFakeQueue(50));
  await press('ArrowDown');
  await press('ArrowDown');
  await press('ArrowDown', { shiftKey: true });
  const selected = within(grid()).getAllByRole('row', { selected: true });
  expect(selected.map((row) => row.getAttribute('aria-rowindex'))).toEqual(['3', '4']);
  expect(grid().getAttribute('aria-activedescendant')).toBe(selected[1]?.id);
  await press('ArrowUp', { ctrlKey: true });
  expect(grid().getAttribute('aria-activedescendant')).toBe(selected[0]?.id);
  expect(screen.getByText('2 of 50 recipients selected')).toBeTruthy();
  await press('a', { ctrlKey: true });
  expect(screen.getByText('All 50 recipients selected')).toBeTruthy();
});

it('lets a button say why it makes no sense, and do nothing', async () => {
  const queue = createFakeQueue(3);
  queue.rows[0] = queued(0, { state: 'held', isHeld: true, nextAttemptAt: null });
  await show(queue);
  await click(rowOf('user0@'));
  expect(button('Send Now').getAttribute('aria-disabled')).toBe('true');
  expect(button('Release').getAttribute('aria-disabled')).toBe('false');
  await click(button('Send Now'));
  expect(screen.getByRole('status').textContent).toBe('It is on hold: release it to send it.');
  expect(steered(queue)).toEqual([]);
  await click(rowOf('user1@'));
  expect(screen.getByText('1 of 3 recipients selected')).toBeTruthy();
});

it('does what a button says, and shows it', async () => {
  const queue = createFakeQueue(3);
  await show(queue);
  await click(rowOf('user1@'));
  await click(button('Hold'));
  expect(steered(queue)).toEqual([{ verb: 'hold', report: false, ids: ['M1-1'] }]);
  expect(screen.getByText('1 recipient is on hold until released.')).toBeTruthy();
  expect(rowOf('user1@').textContent).toContain('Held: mx.example did not answer in time');
  await click(button('Release'));
  expect(rowOf('user1@').textContent).toContain('Due now: ');
});

it('asks before it removes, and whether to tell', async () => {
  const queue = createFakeQueue(3);
  await show(queue);
  await press('Delete');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  await click(rowOf('user0@'));
  await press('Delete');
  const dialog = screen.getByRole('alertdialog', { name: 'Remove this recipient?' });
  expect(dialog.textContent).toContain('user0@d0.example will never get the message from anna@example.com.');
  await click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(steered(queue)).toEqual([]);

  await click(rowOf('user2@'), { ctrlKey: true });
  await press('Delete');
  const both = screen.getByRole('alertdialog', { name: 'Remove 2 recipients?' });
  await click(within(both).getByRole('radio', { name: 'are not told' }));
  vi.useFakeTimers();
  await click(within(both).getByRole('button', { name: 'Remove' }));
  await act(() => vi.advanceTimersByTimeAsync(2000));
  vi.useRealTimers();
  expect(steered(queue)).toEqual([{ verb: 'remove', report: false, ids: ['M0-1', 'M2-1'] }]);
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(screen.getByText('2 recipients removed.')).toBeTruthy();
  expect(within(grid()).getAllByRole('row')).toHaveLength(2);
});

it('keeps the dialog and says why when it could not be done', async () => {
  const queue = createFakeQueue(3);
  await show(queue);
  await click(rowOf('user0@'));
  await press('Delete');
  queue.problem = new Error('broken');
  await click(screen.getByRole('button', { name: 'Remove' }));
  expect(screen.getByRole('alertdialog').textContent).toContain('internal error');
});

it('shows all there is to know of one, for as long as there is something', async () => {
  const queue = createFakeQueue(3);
  const lastReply = 'mx.a.test said: 450 4.7.1 Not from there Then: SmartHost b.test said: 451 4.3.0 Later';
  queue.rows[1] = queued(1, { lastReply });
  const { become } = await show(queue);
  await click(rowOf('user1@'));
  await press('Enter');
  const details = screen.getByRole('region', { name: 'Details' });
  for (const text of [
    'mx.a.test said: 450 4.7.1 Not from there',
    'SmartHost b.test said: 451 4.3.0 Later',
    'M1',
    'direct',
  ])
    expect(within(details).getByText(text)).toBeTruthy();
  queue.rows = queue.rows.filter(({ id }) => id !== 'M1-1');
  become({ ...QUIET, revision: 2 });
  await vi.waitFor(
    () => expect(within(details).getByText(/^This recipient has left the queue/)).toBeTruthy(),
    5000,
  );
  expect(within(grid()).getByText('Has left the queue')).toBeTruthy();
  await vi.waitFor(() => expect(screen.getByText('2 recipients')).toBeTruthy(), 5000);
  expect(within(details).getByText(/^This recipient has left the queue/)).toBeTruthy();
  await press('Escape');
  expect(screen.queryByRole('region', { name: 'Details' })).toBeNull();
});

it('sorts by a click on a head, and the other way by another', async () => {
  const queue = createFakeQueue(3);
  await show(queue);
  const head = () => screen.getByRole('columnheader', { name: /Size/ });
  expect(head().getAttribute('aria-sort')).toBe('none');
  await click(within(head()).getByRole('button'));
  expect(head().getAttribute('aria-sort')).toBe('ascending');
  await click(within(head()).getByRole('button'));
  expect(head().getAttribute('aria-sort')).toBe('descending');
  const { input } = queue.asked.findLast(({ procedure }) => procedure === 'page') ?? {};
  expect(input).toMatchObject({ sort: 'size', direction: 'descending' });
});

it('filters by what is typed, and offers all again where nothing fits', async () => {
  const queue = createFakeQueue(30);
  await show(queue);
  const search = screen.getByRole('searchbox');
  fireEvent.change(search, { target: { value: 'user29' } });
  await vi.waitFor(() => expect(screen.getByText('1 recipient')).toBeTruthy());
  fireEvent.change(search, { target: { value: 'nobody' } });
  await screen.findByText('Nothing in the queue fits.');
  await click(button('Show All'));
  await vi.waitFor(() => expect(screen.getByText('30 recipients')).toBeTruthy());
  expect((screen.getByRole('searchbox') as HTMLInputElement).value).toBe('');
});

it('says that sending is paused, and what that means for each', async () => {
  const queue = createFakeQueue(2);
  queue.rows[0] = queued(0, { state: 'due', attempts: 0, lastReply: null, nextAttemptAt: new Date(0) });
  await show(queue, paused());
  expect(screen.getByText('Sending is paused: nothing goes until it is resumed.')).toBeTruthy();
  expect(button('Resume sending')).toBeTruthy();
  expect(rowOf('user0@').textContent).toContain('Due at once when sending is resumed');
});

it('offers nothing while Waypost can’t be reached', async () => {
  const { link } = await show(createFakeQueue(2));
  await click(rowOf('user0@'));
  act(() => link.set({ state: 'lost', since: new Date() }));
  expect(button('Hold').getAttribute('aria-disabled')).toBe('true');
  await click(button('Hold'));
  expect(screen.getByText('This is possible again once Waypost can be reached.')).toBeTruthy();
});

it('opens the message that waits', async () => {
  const queue = createFakeQueue(2);
  await show(queue);
  await click(rowOf('user0@'));
  await click(button('Open Message'));
  const dialog = await screen.findByRole('dialog', { name: 'Photos' });
  expect(within(dialog).getByText('Here they are.')).toBeTruthy();
  expect(within(dialog).getByText('user0@d0.example')).toBeTruthy();
});
