import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountOf, createFakeAccounts, type FakeAccounts } from '../../testing/fake-accounts.ts';
import { liveOf } from '../../testing/fake-engine.ts';
import { MailboxView } from './mailbox-view.tsx';

const HEIGHT = 400;
let fake: FakeAccounts;
let saved: { name: string; size: number }[];

// Nothing has a size in jsdom, and what has none shows no rows.
beforeAll(() => {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(HEIGHT);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(700);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(HEIGHT);
});
afterAll(() => void vi.restoreAllMocks());

beforeEach(() => {
  fake = createFakeAccounts([accountOf('anna@example.com')]);
  fake.mails = Array.from({ length: 300 }, (_, index) => ({
    id: `m${index}`,
    from: index % 2 === 0 ? 'ben@example.net' : '',
    subject: `Message ${index}`,
    size: 2048,
    receivedAt: new Date(2026, 1, 3, 4, 5),
  }));
  saved = [];
  let content: Blob;
  URL.createObjectURL = (blob: Blob) => {
    content = blob;
    return 'blob:x';
  };
  URL.revokeObjectURL = () => {};
  HTMLAnchorElement.prototype.click = function click() {
    saved.push({ name: this.download, size: content.size });
  };
});
afterEach(cleanup);

async function show() {
  const onBack = vi.fn();
  render(
    <MailboxView connection={fake.connection} live={liveOf(1)} address="anna@example.com" onBack={onBack} />,
  );
  await screen.findByRole('listbox', { name: 'Messages' });
  await screen.findByRole('option', { name: /Message 299/ });
  return onBack;
}

const list = () => screen.getByRole('listbox', { name: 'Messages' });
const key = (name: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(list(), { key: name, ...more }));
const option = (name: RegExp) => screen.getByRole('option', { name });
const selected = () =>
  screen
    .queryAllByRole('option', { selected: true })
    .map((one) => one.querySelector('.subject')?.textContent ?? '');
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

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

describe('a message', () => {
  it('is shown with its head, its text and what came with it', async () => {
    fake.raw.set(
      'm299',
      [
        'From: Ben <ben@example.net>',
        'To: anna@example.com',
        'Subject: Hello',
        'Content-Type: multipart/mixed; boundary=m',
        '',
        '--m',
        'Content-Type: text/plain',
        '',
        'How are you?',
        '--m',
        'Content-Type: application/pdf',
        'Content-Disposition: attachment; filename="../a.pdf"',
        'Content-Transfer-Encoding: base64',
        '',
        'MTIzNDU=',
        '--m--',
      ].join('\r\n'),
    );
    await show();
    await key('ArrowDown');
    await screen.findByText('How are you?');
    const article = screen.getByRole('article', { name: 'Message' });
    within(article).getByRole('heading', { name: 'Hello' });
    within(article).getByText('Ben <ben@example.net>');
    press('Save a.pdf');
    expect(saved).toEqual([{ name: 'a.pdf', size: 5 }]);
    press('Save as .eml');
    await vi.waitFor(() => expect(saved).toHaveLength(2));
    expect(saved[1]).toEqual({ name: 'Message 299.eml', size: fake.raw.get('m299')?.length });
    await key('Enter');
    expect(document.activeElement).toBe(article);
  });

  it('as HTML is shown in a frame without any permission, and as text on demand', async () => {
    fake.raw.set(
      'm299',
      [
        'Content-Type: multipart/alternative; boundary=a',
        '',
        '--a',
        'Content-Type: text/plain',
        '',
        'In plain words',
        '--a',
        'Content-Type: text/html',
        '',
        '<p>In <b>bold</b></p><img src="https://evil.test/x"><a href="https://real.test">x</a><script>y</script>',
        '--a--',
      ].join('\r\n'),
    );
    await show();
    await key('ArrowDown');
    const frame = await screen.findByTitle<HTMLIFrameElement>('Message');
    expect(frame.getAttribute('sandbox')).toBe('');
    expect(frame.getAttribute('src')).toBeNull();
    expect(frame.srcdoc).toContain('<p>In <b>bold</b></p>');
    expect(frame.srcdoc).not.toMatch(/evil\.test|<script|href=/);
    screen.getByText('Remote images are not loaded.');
    press('1 link');
    screen.getByText('https://real.test/');
    fireEvent.click(screen.getByRole('radio', { name: 'Plain text' }));
    screen.getByText('In plain words');
    expect(screen.queryByTitle('Message')).toBeNull();
  });

  it('that nests without end is not shown, but can be saved', async () => {
    fake.raw.set('m299', `Content-Type: text/html\r\n\r\n${'<div>'.repeat(9000)}`);
    await show();
    await key('ArrowDown');
    await screen.findByText(/too long or too tangled/);
    screen.getByRole('button', { name: 'Save as .eml' });
  });

  it('that is gone meanwhile is told of in one sentence, and leaves the list', async () => {
    await show();
    fake.mails.pop();
    await key('ArrowDown');
    await screen.findByText('This message is no longer there: it was deleted elsewhere.');
    await vi.waitFor(() => expect(screen.queryByRole('option', { name: /Message 299/ })).toBeNull());
  });

  it('can’t be fetched without a connection', async () => {
    await show();
    act(() => fake.connection.link.set({ state: 'lost', since: new Date() }));
    await key('ArrowDown');
    await screen.findByText('The connection to Waypost was lost. Try again when it is back.');
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
