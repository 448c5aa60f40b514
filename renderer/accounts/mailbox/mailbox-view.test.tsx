import { act, fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { liveOf } from '../../testing/fake-engine.ts';
import {
  fake,
  key,
  list,
  option,
  prepareMailbox,
  press,
  selected,
  show,
} from '../../testing/shown-mailbox.tsx';
import { MailboxView } from './mailbox-view.tsx';

prepareMailbox();

describe('the list', () => {
  it('shows the newest first, and of many only those in view', async () => {
    await show();
    screen.getByText('300 messages');
    const options = screen.getAllByRole('option');
    expect(options.length).toBeLessThan(60);
    expect(options[0]?.textContent).toContain('Waypost itselfMessage 299');
    expect(options[0]?.getAttribute('aria-setsize')).toBe('300');
    expect(document.activeElement).toBe(list());
  });

  it('is searched by sender and subject', async () => {
    await show();
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'Message 29' } });
    await screen.findByText('11 messages found');
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'nothing of it' } });
    await screen.findByText('No sender or subject has this in it.');
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '' } });
    await screen.findByText('300 messages');
  });

  it('says when there is nothing', async () => {
    fake.mails = [];
    render(
      <MailboxView
        connection={fake.connection}
        live={liveOf(1)}
        address="anna@example.com"
        onBack={() => {}}
      />,
    );
    await screen.findByText('No mail yet. What arrives shows here at once.');
  });

  it('says when the account is gone', async () => {
    await show();
    fake.accounts = [];
    act(() => fake.connection.link.set({ state: 'lost', since: new Date() }));
    act(() => fake.connection.link.set({ state: 'connected' }));
    expect((await screen.findByRole('alert')).textContent).toBe('There is no account anna@example.com.');
  });

  it('selects by keys as lists do', async () => {
    await show();
    await key('ArrowDown');
    expect(selected()).toEqual(['Message 299']);
    await key('ArrowDown');
    await key('ArrowDown', { shiftKey: true });
    expect(selected()).toEqual(['Message 298', 'Message 297']);
    await key('Home');
    expect(selected()).toEqual(['Message 299']);
    await key('a', { ctrlKey: true });
    await screen.findByText('300 messages selected.');
  });

  it('selects by clicks as lists do', async () => {
    await show();
    await act(async () => void fireEvent.click(option(/Message 298/)));
    await act(async () => void fireEvent.click(option(/Message 295/), { shiftKey: true }));
    expect(selected()).toHaveLength(4);
    await act(async () => void fireEvent.click(option(/Message 297/), { ctrlKey: true }));
    expect(selected()).toEqual(['Message 298', 'Message 296', 'Message 295']);
    screen.getByText('3 messages selected.');
  });
});

describe('deleting', () => {
  it('asks first, deletes one, and goes on to the next', async () => {
    await show();
    await key('ArrowDown');
    await key('Delete');
    screen.getByRole('alertdialog', { name: 'Delete this message?' });
    screen.getByText(/“Message 299” from Waypost itself can’t be brought back\./);
    press('Cancel');
    expect(fake.asked).toEqual([]);
    await key('Delete');
    press('Delete');
    await screen.findByText('1 message deleted.');
    expect(fake.asked).toEqual([
      { procedure: 'mail.remove', input: { address: 'anna@example.com', ids: ['m299'] } },
    ]);
    await vi.waitFor(() => expect(selected()).toEqual(['Message 298']));
  });

  it('deletes several, some of which are gone already', async () => {
    await show();
    await key('ArrowDown');
    await key('ArrowDown', { shiftKey: true });
    await key('ArrowDown', { shiftKey: true });
    fake.mails = fake.mails.filter(({ id }) => id !== 'm298');
    press('Delete…');
    screen.getByRole('alertdialog', { name: 'Delete 3 messages?' });
    press('Delete');
    await screen.findByText('2 messages deleted; 1 was already gone.');
  });

  it('of what is gone is what was wanted', async () => {
    await show();
    await key('ArrowDown');
    await key('Delete');
    fake.mails.pop();
    press('Delete');
    await screen.findByText('It was already gone: deleted elsewhere.');
  });
});

it('leads back to the accounts', async () => {
  const onBack = await show();
  press('Accounts');
  expect(onBack).toHaveBeenCalledOnce();
});
