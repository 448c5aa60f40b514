import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountOf, createFakeAccounts, type FakeAccounts } from '../testing/fake-accounts.ts';
import { liveOf } from '../testing/fake-engine.ts';
import { AccountsTab } from './accounts-tab.tsx';

vi.mock('./mailbox/mailbox-view.tsx', () => ({
  MailboxView: ({ address, onBack }: { address: string; onBack: () => void }) => (
    <button type="button" onClick={onBack}>{`Mailbox of ${address}`}</button>
  ),
}));

let fake: FakeAccounts;

beforeEach(() => {
  fake = createFakeAccounts([
    accountOf('anna@example.com', { messages: 12, usedBytes: 3 * 1_048_576 }),
    accountOf('ben@example.com', { aliases: ['info@example.com'], quotaMB: 100, usedBytes: 95 * 1_048_576 }),
    accountOf('carl@example.com', { enabled: false, lastSignIn: new Date(Date.now() - 120_000) }),
  ]);
});
afterEach(cleanup);

async function show() {
  render(<AccountsTab connection={fake.connection} live={liveOf(1)} />);
  await screen.findByRole('button', { name: 'Add…' });
}

const row = (address: string) => screen.getByRole('row', { name: new RegExp(`^${address}`) });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const type = (name: string, value: string) =>
  fireEvent.change(screen.getByLabelText(name), { target: { value } });
/** Selects the account below the first. */
function chooseBen(): void {
  act(() => row('anna@example.com').focus());
  key('ArrowDown');
}
const key = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

describe('the list', () => {
  it('tells of each account what one wants to know', async () => {
    await show();
    expect(row('anna@example.com').textContent).toBe('anna@example.com123 MBNever');
    expect(row('ben@example.com').textContent).toBe(
      'ben@example.comalso info@example.com095 MB of 100 MBNever',
    );
    expect(row('carl@example.com').textContent).toBe('carl@example.com Switched off0Empty2 minutes ago');
    const meter = within(row('ben@example.com')).getByRole('meter', {
      name: 'Space used by ben@example.com',
    });
    expect(meter.getAttribute('aria-valuetext')).toBe('95 MB of 100 MB');
  });

  it('says what to do when there is none', async () => {
    fake.accounts = [];
    await show();
    screen.getByText(/No accounts yet/);
    for (const name of ['Edit…', 'Remove…', 'Mailbox'])
      expect(screen.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true);
  });

  it('offers nothing while the engine can’t be reached', async () => {
    await show();
    act(() => fake.connection.link.set({ state: 'lost', since: new Date() }));
    for (const name of ['Add…', 'Edit…', 'Remove…', 'Mailbox'])
      expect(screen.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true);
    row('anna@example.com');
  });

  it('asks again when mail has come', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { rerender } = render(<AccountsTab connection={fake.connection} live={liveOf(1)} />);
    await screen.findByRole('button', { name: 'Add…' });
    fake.accounts[0] = accountOf('anna@example.com', { messages: 13 });
    const perMinute = [{ at: new Date(), received: 1, sent: 0 }];
    rerender(<AccountsTab connection={fake.connection} live={liveOf(1, { perMinute })} />);
    await act(() => vi.advanceTimersByTimeAsync(1500));
    expect(row('anna@example.com').textContent).toContain('13');
    vi.useRealTimers();
  });
});

describe('adding', () => {
  it('checks, asks the engine, marks what it refuses, and says that it is done', async () => {
    await show();
    press('Add…');
    const dialog = screen.getByRole('dialog', { name: 'Add account' });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    screen.getByText('Enter an address such as anna@example.com.');
    screen.getByText('Choose a password.');
    expect(document.activeElement).toBe(screen.getByLabelText('Mail address'));

    type('Mail address', ' dora@example.com ');
    type('Password', 'dora1');
    screen.getByText('Weak: it contains a part of the address.');
    type('Aliases', 'info@example.com');
    type('Quota (MB)', 'x');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    screen.getByText(/whole number of MB/);
    type('Quota (MB)', '50');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    await screen.findByText('info@example.com already belongs to ben@example.com.');
    expect(document.activeElement).toBe(screen.getByLabelText('Aliases'));

    type('Aliases', 'shop@example.com, sales@example.com');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    await screen.findByText('dora@example.com can now receive and send mail.');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(fake.asked.at(-1)).toEqual({
      procedure: 'add',
      input: {
        address: 'dora@example.com',
        password: 'dora1',
        aliases: ['shop@example.com', 'sales@example.com'],
        quotaMB: 50,
      },
    });
    expect(row('dora@example.com').getAttribute('aria-selected')).toBe('true');
    await vi.waitFor(() => expect(document.activeElement).toBe(row('dora@example.com')));
  });

  it('keeps what was typed when the connection is lost on the way', async () => {
    await show();
    press('Add…');
    type('Mail address', 'dora@example.com');
    type('Password', 'tulips in november');
    act(() => fake.connection.link.set({ state: 'lost', since: new Date() }));
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    await screen.findByText('The connection to Waypost was lost. Try again when it is back.');
    expect(screen.getByLabelText<HTMLInputElement>('Mail address').value).toBe('dora@example.com');
  });

  it('shows the password on demand', async () => {
    await show();
    press('Add…');
    const password = screen.getByLabelText<HTMLInputElement>('Password');
    expect(password.type).toBe('password');
    press('Show password');
    expect(password.type).toBe('text');
    press('Hide password');
    expect(password.type).toBe('password');
  });
});

describe('editing', () => {
  it('asks for nothing but what was changed', async () => {
    await show();
    chooseBen();
    press('Edit…');
    expect(screen.getByLabelText<HTMLInputElement>('Mail address').readOnly).toBe(true);
    expect(screen.getByLabelText<HTMLTextAreaElement>('Aliases').value).toBe('info@example.com');
    fireEvent.click(screen.getByRole('checkbox', { name: 'Enabled' }));
    press('Save');
    await screen.findByText('ben@example.com was saved.');
    expect(fake.asked).toEqual([
      { procedure: 'update', input: { address: 'ben@example.com', enabled: false } },
    ]);
    within(row('ben@example.com')).getByText('Switched off');
  });

  it('says so when the account is gone meanwhile', async () => {
    await show();
    press('Edit…');
    fake.accounts = [];
    type('Password', 'new');
    press('Save');
    await screen.findByText('There is no account anna@example.com. It was removed meanwhile.');
  });
});

describe('removing', () => {
  it('says first what is lost, does nothing on Cancel, and goes on to the neighbour', async () => {
    await show();
    press('Remove…');
    const dialog = screen.getByRole('alertdialog', { name: 'Remove anna@example.com?' });
    within(dialog).getByText('12 messages (3 MB) in this mailbox are deleted with it.');
    within(dialog).getByText(/waits in the queue/);
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Cancel'));
    press('Cancel');
    expect(fake.asked).toEqual([]);
    press('Remove…');
    press('Remove');
    await screen.findByText('anna@example.com was removed.');
    expect(screen.queryByRole('row', { name: /^anna/ })).toBeNull();
    expect(row('ben@example.com').getAttribute('aria-selected')).toBe('true');
  });

  it('is content when somebody else was quicker', async () => {
    await show();
    press('Remove…');
    fake.accounts = fake.accounts.slice(1);
    press('Remove');
    await screen.findByText('anna@example.com had already been removed.');
  });

  it('says why it can’t be done', async () => {
    await show();
    press('Remove…');
    act(() => fake.connection.link.set({ state: 'lost', since: new Date() }));
    press('Remove');
    await within(screen.getByRole('alertdialog')).findByText(/connection to Waypost was lost/);
  });
});

describe('by keyboard', () => {
  it('arrows lead through the list, F2 edits, Delete asks, Enter opens', async () => {
    await show();
    act(() => row('anna@example.com').focus());
    key('ArrowDown');
    expect(row('ben@example.com').getAttribute('aria-selected')).toBe('true');
    key('Delete');
    screen.getByRole('alertdialog', { name: 'Remove ben@example.com?' });
    press('Cancel');
    act(() => row('ben@example.com').focus());
    key('F2');
    screen.getByRole('dialog', { name: 'Edit account' });
    press('Cancel');
    act(() => row('ben@example.com').focus());
    key('Enter');
    fireEvent.keyUp(document.activeElement ?? document.body, { key: 'Enter' });
    fireEvent.click(await screen.findByRole('button', { name: 'Mailbox of ben@example.com' }));
    await vi.waitFor(() => expect(document.activeElement).toBe(row('ben@example.com')));
  });
});
