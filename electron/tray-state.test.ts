import { describe, expect, test } from 'vitest';
import type { ListenerView, StatusView } from '../server/contract/views.ts';
import { statusView } from './testing/status.ts';
import { type TrayEntry, type TrayFacts, type TrayIcon, trayState } from './tray-state.ts';

const facts = (status: StatusView | undefined, more: Partial<TrayFacts> = {}): TrayFacts => ({
  status,
  quitting: false,
  startsAtLogin: false,
  ...more,
});

function listener(port: number, state: ListenerView['state']): ListenerView {
  const name = port === 25 ? 'primary' : 'secondary';
  const reason = state === 'failed' ? `Port ${port} is in use by nginx (pid 812).` : null;
  return { name, address: '', port, security: 'starttls', state, reason };
}

const labels = (entries: readonly TrayEntry[]) =>
  entries.map((entry) => (entry === 'separator' ? '-' : entry.label));

const entry = (status: StatusView, label: RegExp) =>
  trayState(facts(status)).menu.find((one) => one !== 'separator' && label.test(one.label));

/** Every way two listeners can be, which is every way the ports of a Waypost can be. */
const PORTS = {
  none: [],
  'one open': [listener(25, 'listening')],
  'one failed': [listener(25, 'failed')],
  'both open': [listener(25, 'listening'), listener(587, 'listening')],
  'first failed': [listener(25, 'failed'), listener(587, 'listening')],
  'second failed': [listener(25, 'listening'), listener(587, 'failed')],
  'both failed': [listener(25, 'failed'), listener(587, 'failed')],
} as const satisfies Record<string, readonly ListenerView[]>;

type Ports = keyof typeof PORTS;

/** The icon for each: [nothing else, sending paused, mail stuck, both]; receiving paused is 'stopped' for all. */
const ICONS: Readonly<Record<Ports, readonly [TrayIcon, TrayIcon, TrayIcon, TrayIcon]>> = {
  none: ['stopped', 'stopped', 'stopped', 'stopped'],
  'one open': ['listening', 'partly', 'stuck', 'stuck'],
  'one failed': ['stopped', 'stopped', 'stopped', 'stopped'],
  'both open': ['listening', 'partly', 'stuck', 'stuck'],
  'first failed': ['partly', 'partly', 'stuck', 'stuck'],
  'second failed': ['partly', 'partly', 'stuck', 'stuck'],
  'both failed': ['stopped', 'stopped', 'stopped', 'stopped'],
};

/** What the tooltip says of the ports: those that are not open, and those that are. */
const PORT_TEXT: Readonly<Record<Ports, { readonly failed: readonly string[]; readonly open: string }>> = {
  none: { failed: [], open: 'Not listening' },
  'one open': { failed: [], open: 'Listening on 25' },
  'one failed': { failed: ['Port 25 is not open'], open: 'Not listening' },
  'both open': { failed: [], open: 'Listening on 25 and 587' },
  'first failed': { failed: ['Port 25 is not open'], open: 'Listening on 587' },
  'second failed': { failed: ['Port 587 is not open'], open: 'Listening on 25' },
  'both failed': { failed: ['Port 25 is not open', 'Port 587 is not open'], open: 'Not listening' },
};

const PORT_LINES: Readonly<Record<Ports, readonly string[]>> = {
  none: ['No port is open'],
  'one open': ['Port 25: listening'],
  'one failed': ['Port 25: not open'],
  'both open': ['Port 25: listening', 'Port 587: listening'],
  'first failed': ['Port 25: not open', 'Port 587: listening'],
  'second failed': ['Port 25: listening', 'Port 587: not open'],
  'both failed': ['Port 25: not open', 'Port 587: not open'],
};

const COMBINATIONS = (Object.keys(PORTS) as Ports[]).flatMap((ports) =>
  [false, true].flatMap((incoming) =>
    [false, true].flatMap((outgoing) => [0, 2].map((stuck) => ({ ports, incoming, outgoing, stuck }))),
  ),
);

test.each(COMBINATIONS)(
  '$ports, receiving paused $incoming, sending paused $outgoing, $stuck stuck',
  (one) => {
    const { ports, incoming, outgoing, stuck } = one;
    const status = statusView({
      listeners: [...PORTS[ports]],
      paused: { incoming, outgoing },
      queue: { due: 1, deferred: 3, held: 0, stuck },
    });
    const { icon, tooltip, menu } = trayState(facts(status));

    expect(icon).toBe(incoming ? 'stopped' : ICONS[ports][(outgoing ? 1 : 0) + (stuck > 0 ? 2 : 0)]);

    const text = [
      'Waypost',
      ...PORT_TEXT[ports].failed,
      ...(incoming ? ['Receiving is paused'] : []),
      ...(outgoing ? ['Sending is paused'] : []),
      ...(incoming ? [] : [PORT_TEXT[ports].open]),
      '0 in',
      '0 out',
      stuck > 0 ? '4 waiting, 2 for more than 4 hours' : '4 waiting',
    ].join(' · ');
    expect(tooltip).toBe(text.length > 127 ? `${text.slice(0, 126)}…` : text);

    expect(labels(menu)).toEqual([
      'Open Waypost',
      '-',
      ...PORT_LINES[ports],
      'Queue: 4 waiting',
      ...(stuck > 0 ? ['2 waiting for more than 4 hours'] : []),
      '-',
      incoming ? 'Resume Receiving' : 'Pause Receiving',
      outgoing ? 'Resume Sending' : 'Pause Sending',
      '-',
      'Start at Login',
      'Quit Waypost',
    ]);
  },
);

test('damage comes before all else, and leads to Status', () => {
  const damage = 'The database is damaged. Put a backup in its place.';
  const status = statusView({ storage: { damage, logPutAside: null } });
  const { icon, tooltip } = trayState(facts(status));
  expect([icon, tooltip]).toEqual([
    'stuck',
    'Waypost · The database of the mail is damaged · Listening on 25 · 0 in · 0 out · 0 waiting',
  ]);
  expect(entry(status, /damaged/)).toMatchObject({ action: { do: 'open', tab: 'status' } });
});

describe('the menu', () => {
  test.each([
    [/^Open Waypost/, { do: 'open' }],
    [/^Port 25/, { do: 'open', tab: 'status' }],
    [/^Queue/, { do: 'open', tab: 'status' }],
    [/^Pause Receiving/, { do: 'pause', direction: 'incoming' }],
    [/^Pause Sending/, { do: 'pause', direction: 'outgoing' }],
    [/^Quit/, { do: 'quit' }],
  ])('%s', (label, action) => {
    expect(entry(statusView(), label)).toMatchObject({ action });
  });

  test('resumes what is paused', () => {
    const status = statusView({ paused: { incoming: true, outgoing: true } });
    expect(entry(status, /^Resume Receiving/)).toMatchObject({
      action: { do: 'resume', direction: 'incoming' },
    });
    expect(entry(status, /^Resume Sending/)).toMatchObject({
      action: { do: 'resume', direction: 'outgoing' },
    });
  });

  test.each([
    [{ due: 0, deferred: 0, held: 0 }, 'Queue: empty'],
    [{ due: 0, deferred: 0, held: 2 }, 'Queue: 2 held'],
    [{ due: 1, deferred: 1, held: 0 }, 'Queue: 2 waiting'],
    [{ due: 1, deferred: 1, held: 3 }, 'Queue: 2 waiting, 3 held'],
  ])('counts the queue: %o', (queue, label) => {
    const status = statusView({ queue: { ...queue, stuck: 0 } });
    expect(labels(trayState(facts(status)).menu)).toContain(label);
  });

  test('starting at login is a checkbox that turns, and is left out where it can’t be had', () => {
    for (const startsAtLogin of [true, false]) {
      const { menu } = trayState(facts(statusView(), { startsAtLogin }));
      expect(menu).toContainEqual({
        label: 'Start at Login',
        checked: startsAtLogin,
        action: { do: 'start at login', on: !startsAtLogin },
      });
    }
    const { menu } = trayState(facts(statusView(), { startsAtLogin: undefined }));
    expect(labels(menu)).not.toContain('Start at Login');
  });

  test('names the address where a listener has one', () => {
    const at = { ...listener(25, 'listening'), address: '192.168.1.10' };
    expect(labels(trayState(facts(statusView({ listeners: [at] }))).menu)).toContain(
      'Port 25 on 192.168.1.10: listening',
    );
  });
});

test('before the engine has started there is little to say and to choose', () => {
  const { icon, tooltip, menu } = trayState(facts(undefined));
  expect({ icon, tooltip }).toEqual({ icon: 'stopped', tooltip: 'Waypost is starting…' });
  expect(labels(menu)).toEqual(['Open Waypost', '-', 'Quit Waypost']);
});

test('a port for picking up mail counts, but without one for incoming mail nobody is reached', () => {
  const pop3 = (state: ListenerView['state']) => ({ ...listener(110, state), name: 'pop3' as const });
  const icon = (...listeners: ListenerView[]) => trayState(facts(statusView({ listeners }))).icon;
  expect(icon(listener(25, 'listening'), pop3('listening'))).toBe('listening');
  expect(icon(listener(25, 'listening'), pop3('failed'))).toBe('partly');
  expect(icon(listener(25, 'failed'), pop3('listening'))).toBe('stopped');
});

test('at the end it only offers to wait no longer', () => {
  const { icon, tooltip, menu } = trayState(facts(statusView(), { quitting: true }));
  expect({ icon, tooltip }).toEqual({ icon: 'stopped', tooltip: 'Waypost is ending…' });
  expect(labels(menu)).toEqual(['Waypost finishes what is under way…', 'Quit Now']);
});

test('a tooltip is never longer than Windows shows', () => {
  const status = statusView({
    listeners: [listener(25, 'failed'), listener(587, 'failed')],
    incoming: { now: 10 ** 20, maxTotal: 20, maxPerHost: 5 },
    outgoing: { now: 10 ** 20, max: 2 },
    queue: { due: 10 ** 20, deferred: 0, held: 0, stuck: 10 ** 20 },
  });
  expect(trayState(facts(status)).tooltip).toMatch(/^.{126}…$/);
});
