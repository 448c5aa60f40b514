import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { fake, key, prepareMailbox, press, saved, show } from '../../testing/shown-mailbox.tsx';

prepareMailbox();

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
