import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { App } from './app.tsx';
import { openSheet } from './connections/sheet.ts';
import { createFakeEngine, liveOf } from './testing/fake-engine.ts';

vi.mock('./status/hour-chart.tsx', () => ({ HourChart: () => null }));

afterEach(cleanup);

function show(accounts: number) {
  const engine = createFakeEngine();
  const sheet = openSheet(engine.connection, engine.live);
  render(<App connection={engine.connection} live={engine.live} sheet={sheet} />);
  act(() => engine.live.set(liveOf(1, { accounts })));
  return engine;
}

it('shows how things are at the bottom, and that it does not know when it does not', async () => {
  const engine = show(1);
  const line = screen.getByRole('contentinfo');
  expect(line.textContent).toBe('Listening on 25 · 0 in · 0 out · 0 waiting');
  act(() => engine.lose());
  expect(line.textContent).toMatch(/^Not connected since /);
  screen.getByText('Connection to Waypost lost. Trying again…');
  act(() => engine.comeBack());
  expect(screen.queryByText('Connection to Waypost lost. Trying again…')).toBeNull();
});

it('follows sessions on the Status tab', async () => {
  const engine = show(1);
  fireEvent.click(screen.getByRole('tab', { name: 'Status' }));
  await screen.findByText('Nobody is connected right now.');
  const session = {
    id: '1',
    protocol: 'SMTP' as const,
    peer: '203.0.113.24',
    port: 25,
    since: new Date(Date.now() - 61_000),
    phase: 'receiving' as const,
    account: '',
    bytes: 2048,
    messages: 0,
  };
  act(() => engine.live.set(liveOf(1, { incoming: [session] })));
  const table = screen.getByRole('table', { name: 'Incoming connections' });
  const cells = within(table).getAllByRole('row')[1]?.querySelectorAll('th, td') ?? [];
  expect([...cells].map(({ textContent }) => textContent)).toEqual([
    '203.0.113.24',
    '25',
    '1 min',
    'Sending a message',
    '2 KB',
    'End…',
  ]);
});

it('welcomes when there is no account, marks what is missing, and leads to Connections', async () => {
  const engine = show(0);
  await screen.findByRole('form', { name: 'Welcome to Waypost' });
  const type = (name: string, value: string) =>
    fireEvent.change(screen.getByLabelText(name), { target: { value } });
  expect(screen.getByLabelText<HTMLInputElement>('Server name').value).toBe('mail.example.com');
  type('Password', 'secret');
  fireEvent.click(screen.getByRole('button', { name: 'Create Account' }));
  screen.getByText('The two passwords differ.');
  expect(document.activeElement).toBe(screen.getByLabelText('Mail address'));
  type('Server name', 'mx.example.com');
  type('Mail address', 'taken@example.com');
  type('Repeat password', 'secret');
  fireEvent.click(screen.getByRole('button', { name: 'Create Account' }));
  await screen.findByText('taken@example.com is there already.');
  type('Mail address', 'anna@example.com');
  fireEvent.click(screen.getByRole('button', { name: 'Create Account' }));
  await screen.findByText('anna@example.com can now receive and send mail.');
  expect(engine.settings().hostname).toBe('mx.example.com');
  expect(engine.accounts).toEqual([{ address: 'anna@example.com', password: 'secret' }]);
  screen.getByRole('tab', { name: 'Connections', selected: true });
  expect(document.activeElement).toBe(screen.getByRole('main'));
});

it('keeps the welcome while it is filled in, and lets it be skipped', async () => {
  const engine = show(0);
  await screen.findByRole('form', { name: 'Welcome to Waypost' });
  act(() => engine.live.set(liveOf(1, { accounts: 1 })));
  fireEvent.click(screen.getByRole('button', { name: 'Skip' }));
  await screen.findByRole('tab', { name: 'Connections' });
});
