import { expect, it } from 'vitest';
import { defaultSettings, type SettingsPatch } from '../contract/settings.ts';
import { mergeSettings } from '../contract/validate.ts';
import { previewSentences } from './preview.ts';

const DEFAULTS = defaultSettings('desk.example.com');

function settings(patch: SettingsPatch, current = DEFAULTS) {
  const merged = mergeSettings(current, patch);
  if (!merged.ok) throw new Error(JSON.stringify(merged.issues));
  return merged.settings;
}

interface Facts {
  sessions?: Record<number, number>;
  waiting?: number;
}

function preview(from: SettingsPatch, to: SettingsPatch, { sessions = {}, waiting = 0 }: Facts = {}) {
  const before = settings(from);
  const facts = { sessionsOnPort: (port: number) => sessions[port] ?? 0, waiting };
  return previewSentences(before, settings(to, before), facts);
}

const second = (port: number, more = {}) => ({ incoming: { secondary: { port, ...more } } });

it.each<[what: string, from: SettingsPatch, to: SettingsPatch, facts: Facts, sentences: string[]]>([
  ['nothing', {}, {}, { waiting: 3 }, ['Nothing changes.']],
  ['a new port', {}, second(587), {}, ['Port 587 opens.']],
  [
    'a new port with TLS',
    {},
    second(465, { security: 'tls' }),
    {},
    ['Port 465 opens, encrypted from the first byte.'],
  ],
  ['a port nobody uses', second(587), second(25), { sessions: { 25: 2 } }, ['Port 587 closes.']],
  [
    'a port one uses',
    second(587),
    second(25),
    { sessions: { 587: 1 } },
    ['Port 587 closes; 1 session on it may finish.'],
  ],
  [
    'another port for the primary',
    {},
    { incoming: { primary: { port: 2525 }, secondary: { port: 2525 } } },
    { sessions: { 25: 3 } },
    ['Port 2525 opens.', 'Port 25 closes; 3 sessions on it may finish.'],
  ],
  [
    'another address',
    second(587, { address: '127.0.0.1' }),
    second(587, { address: '192.168.1.10' }),
    {},
    ['Port 587 on 192.168.1.10 opens.', 'Port 587 on 127.0.0.1 closes.'],
  ],
  [
    'another security',
    second(587),
    second(587, { security: 'tls' }),
    {},
    ['New connections to port 587 are encrypted from the first byte.'],
  ],
  [
    'no encryption',
    {},
    { incoming: { primary: { security: 'none' } } },
    {},
    ['New connections to port 25 are in plain text only.'],
  ],
  [
    'a secondary that is left out',
    {},
    { incoming: { secondary: { security: 'tls' } } },
    {},
    ['The values are kept; nothing else changes for now.'],
  ],
  ['a limit', {}, { outgoing: { maxConnections: 5 } }, {}, ['Outgoing, Maximum Connections: 5.']],
  ['a limit with a unit', {}, { incoming: { maxTotal: 40 } }, {}, ['Incoming, Total: 40 connections.']],
  [
    'a limit of one',
    {},
    { incoming: { maxPerHost: 1 } },
    {},
    ['Incoming, From a Single Host: 1 connection.'],
  ],
  ['a size', {}, { maxMessageSizeMB: 50 }, {}, ['Maximum Message Size (MB): 50.']],
  ['a name', {}, { hostname: 'mail.example.com' }, {}, ['Server name: mail.example.com.']],
  ['a list', {}, { delivery: { retryMinutes: [1, 5] } }, {}, ['Retry after: 1, 5 minutes.']],
  ['an empty list', {}, { relay: { trustedNetworks: [] } }, {}, ['Trusted networks: none.']],
  ['zero', {}, { delivery: { delayNoticeHours: 0 } }, {}, ['Delay notice after: 0 hours.']],
])('says what %s does', (_, from, to, facts, sentences) => {
  expect(preview(from, to, facts)).toEqual(sentences);
});

const off = { smartHost: { host: 'relay.example.com' } };
const on = { smartHost: { ...off.smartHost, enabled: true } };
const exclusive = { smartHost: { ...on.smartHost, exclusive: true } };

it.each<[what: string, from: SettingsPatch, to: SettingsPatch, waiting: number, sentence: string]>([
  ['off', off, { smartHost: { host: 'b' } }, 4, 'The values are kept; nothing else changes for now.'],
  [
    'on',
    off,
    on,
    0,
    'New mail goes directly first, and by the SmartHost relay.example.com where that fails.',
  ],
  ['exclusive', off, exclusive, 0, 'New mail goes by the SmartHost relay.example.com.'],
  [
    'exclusive, with mail waiting',
    on,
    exclusive,
    4,
    'New mail and 4 waiting messages go by the SmartHost relay.example.com.',
  ],
  [
    'signed in',
    exclusive,
    { smartHost: { authenticate: true, account: 'me', password: 'geheim' } },
    1,
    'New mail and 1 waiting message go by the SmartHost relay.example.com, signed in as me.',
  ],
  [
    'off again',
    exclusive,
    { smartHost: { enabled: false } },
    2,
    "New mail and 2 waiting messages go directly to the recipients' servers.",
  ],
])('says what a SmartHost that is %s does', (_, from, to, waiting, sentence) => {
  expect(preview(from, to, { waiting })).toEqual([sentence]);
});

it('says several things, listeners first and secrets never', () => {
  const to = {
    ...second(587),
    smartHost: { ...exclusive.smartHost, password: 'geheim' },
    log: { keepDays: 1 },
  };
  expect(preview({}, to)).toEqual([
    'Port 587 opens.',
    'New mail goes by the SmartHost relay.example.com.',
    'Keep the mail log for: 1 day.',
  ]);
});
