import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StatusView } from '../../server/contract/views.ts';
import type { Client } from '../client.ts';
import { liveOf } from '../testing/fake-engine.ts';
import { Load } from './load.tsx';

const asked: string[] = [];
let failure: Error | undefined;
const call = (verb: string) =>
  vi.fn(async ({ direction }: { direction: string }) => {
    asked.push(`${verb} ${direction}`);
    if (failure) throw failure;
    return { incoming: false, outgoing: false };
  });
const traffic = { pause: call('pause'), resume: call('resume') } as unknown as Client['traffic'];

beforeEach(() => {
  asked.length = 0;
  failure = undefined;
});
afterEach(cleanup);

const loadOf = (part: Partial<StatusView>, isConnected = true) => (
  <Load status={{ ...liveOf(1).status, ...part }} traffic={traffic} isConnected={isConnected} />
);
const button = (name: string) => screen.getByRole('button', { name });

it('pauses each direction, and resumes what is paused', () => {
  const { rerender } = render(loadOf({}));
  expect(screen.getByRole('status').textContent).toBe('');
  fireEvent.click(button('Pause receiving'));
  expect(asked).toEqual(['pause incoming']);
  rerender(loadOf({ paused: { incoming: true, outgoing: false } }));
  expect(screen.getByRole('status').textContent).toBe(
    'Receiving is paused until you resume it or Waypost restarts.',
  );
  fireEvent.click(button('Pause sending'));
  fireEvent.click(button('Resume receiving'));
  rerender(loadOf({ paused: { incoming: false, outgoing: true } }));
  fireEvent.click(button('Resume sending'));
  expect(asked.slice(1)).toEqual(['pause outgoing', 'resume incoming', 'resume outgoing']);
});

it('keeps the focus on the button whose name changes', () => {
  const { rerender } = render(loadOf({}));
  button('Pause sending').focus();
  rerender(loadOf({ paused: { incoming: false, outgoing: true } }));
  expect(document.activeElement).toBe(button('Resume sending'));
});

it('says when it could not be done, until it is tried again', async () => {
  failure = new Error('internal');
  render(loadOf({}));
  fireEvent.click(button('Pause sending'));
  const problem = await screen.findByRole('alert');
  expect(problem.textContent).toBe('Waypost did not pause sending. Please try again.');
  failure = undefined;
  fireEvent.click(button('Pause sending'));
  await vi.waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('can do nothing while nobody is there to do it', () => {
  render(loadOf({}, false));
  for (const name of ['Pause receiving', 'Pause sending'])
    expect(button(name).hasAttribute('disabled')).toBe(true);
});

it('says how much mail is stuck, and only then', () => {
  const { rerender } = render(loadOf({}));
  expect(screen.queryByText(/waiting/)).toBeNull();
  rerender(loadOf({ queue: { due: 4, deferred: 1, held: 0, stuck: 3 } }));
  expect(screen.getByText('3 waiting for more than 4 hours')).toBeTruthy();
});
