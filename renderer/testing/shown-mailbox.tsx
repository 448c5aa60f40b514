/** The view of a mailbox with 300 messages, and what a person does in it, for tests of that view. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { MailboxView } from '../accounts/mailbox/mailbox-view.tsx';
import { accountOf, createFakeAccounts, type FakeAccounts } from './fake-accounts.ts';
import { liveOf } from './fake-engine.ts';

const HEIGHT = 400;
/** Made anew for each test. */
export let fake: FakeAccounts;
/** The files that the page has given to save. */
export let saved: { name: string; size: number }[];

/** To be called by each file of tests: a mailbox for each test, in a page that has a size. */
export function prepareMailbox(): void {
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
}

/** Shows it; resolves, when its newest message is there, with what is called to leave it. */
export async function show() {
  const onBack = vi.fn();
  render(
    <MailboxView connection={fake.connection} live={liveOf(1)} address="anna@example.com" onBack={onBack} />,
  );
  await screen.findByRole('listbox', { name: 'Messages' });
  await screen.findByRole('option', { name: /Message 299/ });
  return onBack;
}

export const list = () => screen.getByRole('listbox', { name: 'Messages' });
export const key = (name: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(list(), { key: name, ...more }));
export const option = (name: RegExp) => screen.getByRole('option', { name });
export const selected = () =>
  screen
    .queryAllByRole('option', { selected: true })
    .map((one) => one.querySelector('.subject')?.textContent ?? '');
export const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
