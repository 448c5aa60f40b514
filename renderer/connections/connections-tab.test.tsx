import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MachineView } from '../../server/contract/views.ts';
import { createFakeEngine, type FakeEngine } from '../testing/fake-engine.ts';
import { useStore } from '../ui/store.ts';
import { ConnectionsTab } from './connections-tab.tsx';
import { SheetProvider } from './context.tsx';
import { openSheet, type Sheet } from './sheet.ts';

const machine: MachineView = {
  version: '1',
  platform: 'linux',
  name: 'mail.example.com',
  addresses: [{ address: '192.168.1.10', interface: 'eth0' }],
  secrets: 'keyring',
};

function Tab({ engine, sheet }: { readonly engine: FakeEngine; readonly sheet: Sheet }) {
  const link = useStore(engine.connection.link);
  return (
    <SheetProvider sheet={sheet} machine={machine} fallback="Loading">
      <ConnectionsTab client={engine.connection.client} link={link} />
    </SheetProvider>
  );
}

let engine: FakeEngine;

beforeEach(async () => {
  engine = createFakeEngine();
  render(<Tab engine={engine} sheet={openSheet(engine.connection, engine.live)} />);
  await screen.findByRole('group', { name: 'SmartHost' });
});
afterEach(cleanup);

const textbox = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name });
const checkbox = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const type = (name: string, value: string) => {
  act(() => textbox(name).focus());
  fireEvent.change(textbox(name), { target: { value } });
};
const incoming = () => engine.settings().incoming;
/** What is said of a field beside it. */
const described = (name: string) =>
  (textbox(name).getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent)
    .join(' ');

it('names every field of the original', () => {
  const groups = screen.getAllByRole('group').map((group) => group.querySelector('legend')?.textContent);
  expect(groups).toEqual(['SmartHost', 'Incoming', 'Maximum Connections', 'Outgoing']);
  for (const name of ['SmartHost', 'Use SmartHost Exclusively', 'Authenticate']) checkbox(name);
  for (const name of ['Account Name', 'Total', 'From a Single Host', 'Maximum Message Size (MB)'])
    textbox(name);
  for (const row of ['Primary', 'Secondary'])
    for (const column of ['Port', 'IP address']) textbox(`${row} ${column}`);
  within(screen.getByRole('group', { name: 'Outgoing' })).getByRole('textbox', {
    name: 'Maximum Connections',
  });
  expect(screen.getByLabelText('Password').getAttribute('type')).toBe('password');
});

it('says limits and help of a field to those who listen', () => {
  expect(described('Total')).toContain('10–100, normally 20');
  expect(described('Total')).toContain('over both ports together');
});

it('offers Apply only when something changed and nothing is wrong', () => {
  expect(button('Apply').disabled).toBe(true);
  type('Total', '30');
  expect([button('Apply').disabled, button('Revert').disabled]).toEqual([false, false]);
  type('Total', '300');
  expect(button('Apply').disabled).toBe(true);
  expect(textbox('Total').getAttribute('aria-invalid')).toBe('true');
  expect(described('Total')).toContain('Total must be a whole number from 10 to 100.');
  fireEvent.click(button('Revert'));
  expect([textbox('Total').value, button('Apply').disabled, button('Revert').disabled]).toEqual([
    '20',
    true,
    true,
  ]);
});

it('says beforehand what Apply would do, once the typing rests', async () => {
  type('Total', '3');
  type('Total', '30');
  await screen.findByText('Would change {"incoming.maxTotal":30}.');
  expect(engine.previews).toEqual([{ 'incoming.maxTotal': 30 }]);
});

it('applies by the button, by Enter and by Ctrl+S', async () => {
  type('Total', '30');
  fireEvent.click(button('Apply'));
  await screen.findByText('Applied. It is so.');
  type('Total', '31');
  fireEvent.keyDown(textbox('Total'), { key: 'Enter' });
  await vi.waitFor(() => expect(incoming().maxTotal).toBe(31));
  type('Total', '32');
  fireEvent.keyDown(document.body, { key: 's', ctrlKey: true });
  await vi.waitFor(() => expect(incoming().maxTotal).toBe(32));
});

it('does not apply by Ctrl+S what a dialog hides', async () => {
  const dialog = document.createElement('section');
  dialog.setAttribute('role', 'dialog');
  document.body.append(dialog);
  type('Total', '30');
  fireEvent.keyDown(dialog, { key: 's', ctrlKey: true });
  dialog.remove();
  type('From a Single Host', '7');
  fireEvent.keyDown(document.body, { key: 's', ctrlKey: true });
  await vi.waitFor(() => expect(incoming()).toMatchObject({ maxTotal: 30, maxPerHost: 7 }));
  expect(engine.patches).toHaveLength(1);
});

it('goes to the first field that is wrong when Enter is pressed', async () => {
  type('Secondary Port', '0');
  type('From a Single Host', '99');
  fireEvent.keyDown(textbox('From a Single Host'), { key: 'Enter' });
  await vi.waitFor(() => expect(document.activeElement).toBe(textbox('Secondary Port')));
  screen.getByText('Correct the marked fields first.');
  expect(engine.patches).toEqual([]);
});

it('puts what the engine refused beside its field, with the focus', async () => {
  type('Primary Port', '26');
  type('Total', '30');
  engine.refuseNext('PORT_IN_USE', [
    { path: 'incoming.primary.port', message: 'Port 26 is in use by postfix (pid 8).' },
  ]);
  fireEvent.click(button('Apply'));
  await vi.waitFor(() => expect(document.activeElement).toBe(textbox('Primary Port')));
  expect(described('Primary Port')).toContain('Port 26 is in use by postfix (pid 8).');
  expect(button('Apply').disabled).toBe(false);
});

it('takes back a field by Escape, and no other', () => {
  type('From a Single Host', '3');
  type('Total', '30');
  fireEvent.keyDown(textbox('Total'), { key: 'Escape' });
  expect([textbox('Total').value, textbox('From a Single Host').value]).toEqual(['20', '3']);
});

it('keeps what is typed in fields whose checkbox is switched off', () => {
  expect(textbox('SmartHost name or IP address').disabled).toBe(true);
  fireEvent.click(checkbox('SmartHost'));
  type('SmartHost name or IP address', 'relay.example.com');
  expect(textbox('Account Name').disabled).toBe(true);
  fireEvent.click(checkbox('SmartHost'));
  const host = textbox('SmartHost name or IP address');
  expect([host.disabled, host.value]).toEqual([true, 'relay.example.com']);
});

it('never shows the password, replaces it by typing, removes it on request', async () => {
  act(() =>
    engine.applyElsewhere({
      smartHost: { enabled: true, host: 'relay', authenticate: true, account: 'me', password: 'secret' },
    }),
  );
  const remove = await screen.findByRole('button', { name: 'Remove Password' });
  const password = screen.getByLabelText<HTMLInputElement>('Password');
  expect([password.value, password.placeholder]).toEqual(['', 'A password is set']);
  fireEvent.click(remove);
  expect(password.placeholder).toBe('Will be removed');
  fireEvent.click(button('Apply'));
  await vi.waitFor(() => expect(engine.settings().smartHost.password).toBe(''));
  await vi.waitFor(() => expect(screen.queryByRole('button', { name: 'Remove Password' })).toBeNull());
});

it('lets an address be chosen or typed', async () => {
  expect(textbox('Primary IP address').value).toBe('All addresses');
  fireEvent.keyDown(textbox('Primary IP address'), { key: 'ArrowDown' });
  fireEvent.click(await screen.findByRole('menuitemradio', { name: '192.168.1.10' }));
  expect(textbox('Primary IP address').value).toBe('192.168.1.10');
  type('Secondary Port', '587');
  type('Primary IP address', 'somewhere');
  expect(described('Primary IP address')).toContain('Use an IP address of this machine');
});

it('says that only Primary applies while both have the same port and no address', () => {
  const rule = 'Same port and no addresses: only Primary applies.';
  expect(screen.getAllByText(rule).length).toBeGreaterThan(0);
  expect(described('Secondary Port')).toContain(rule);
  type('Secondary Port', '587');
  expect(screen.queryAllByText(rule)).toEqual([]);
});

it('shows another window’s change at once and asks which of two versions to keep', async () => {
  type('Total', '30');
  act(() => engine.applyElsewhere({ incoming: { maxTotal: 40, maxPerHost: 7 } }));
  await vi.waitFor(() => expect(textbox('From a Single Host').value).toBe('7'));
  expect(textbox('Total').value).toBe('30');
  expect(described('Total')).toContain('Changed in another window: 40.');
  fireEvent.click(button('Apply'));
  const dialog = await screen.findByRole('alertdialog', { name: 'Changed in another window' });
  fireEvent.click(within(dialog).getByRole('radio', { name: 'Take theirs: 40' }));
  fireEvent.click(within(dialog).getByRole('button', { name: 'Apply' }));
  await vi.waitFor(() => expect(textbox('Total').value).toBe('40'));
});

it('stays editable without a connection, and says why Apply waits', async () => {
  act(() => engine.lose());
  type('Total', '30');
  expect(button('Apply').disabled).toBe(true);
  screen.getByText('Apply is possible again once Waypost can be reached.');
  act(() => engine.comeBack());
  await vi.waitFor(() => expect(button('Apply').disabled).toBe(false));
  expect(textbox('Total').value).toBe('30');
});

it('undoes the last Apply', async () => {
  type('Total', '30');
  fireEvent.keyDown(textbox('Total'), { key: 'Enter' });
  await vi.waitFor(() => expect(button('Undo').disabled).toBe(false));
  fireEvent.click(button('Undo'));
  await screen.findByText('Undone. It is as it was.');
  expect(textbox('Total').value).toBe('20');
});

it('keeps lines that are pasted into one field apart', () => {
  act(() => textbox('Secondary Port').focus());
  fireEvent.change(textbox('Secondary Port'), { target: { value: '' } });
  fireEvent.paste(textbox('Secondary Port'), { clipboardData: { getData: () => '25\n587\n' } });
  expect(described('Secondary Port')).toMatch(/Write the number without separators|Enter one number only/);
});
