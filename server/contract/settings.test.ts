import { expect, it } from 'vitest';
import { defaultSettings, nest, SETTING_PATHS, settingSpec, valueAt } from './settings.ts';

it('starts with the values the handbook promises', () => {
  expect(defaultSettings('desk.example.com')).toEqual({
    smartHost: {
      enabled: false,
      host: '',
      exclusive: false,
      authenticate: false,
      account: '',
      password: '',
      security: 'auto',
    },
    outgoing: { maxConnections: 2 },
    incoming: {
      primary: { port: 25, address: '', security: 'starttls' },
      secondary: { port: 25, address: '', security: 'starttls' },
      maxTotal: 20,
      maxPerHost: 5,
    },
    pickup: { pop3: { port: 0, tlsPort: 0, address: '' }, maxTotal: 20, maxPerHost: 5 },
    maxMessageSizeMB: 25,
    hostname: 'desk.example.com',
    relay: { trustedNetworks: ['127.0.0.0/8', '::1/128'] },
    tls: { certFile: '', keyFile: '' },
    delivery: {
      retryMinutes: [2, 5, 10, 20, 40, 60, 120, 240],
      lifetimeHours: 96,
      delayNoticeHours: 4,
      perDestination: 5,
      dnsServers: [],
      mxPort: 25,
    },
    log: { keepDays: 14, maxMB: 200 },
  });
});

it('keeps the labels of the original to the letter', () => {
  const labels = Object.fromEntries(SETTING_PATHS.map((path) => [path, settingSpec(path).label]));
  expect(labels).toMatchObject({
    'smartHost.enabled': 'SmartHost',
    'smartHost.exclusive': 'Use SmartHost Exclusively',
    'smartHost.authenticate': 'Authenticate',
    'smartHost.account': 'Account Name',
    'smartHost.password': 'Password',
    'outgoing.maxConnections': 'Maximum Connections',
    'incoming.primary.port': 'Primary',
    'incoming.secondary.port': 'Secondary',
    'incoming.maxTotal': 'Total',
    'incoming.maxPerHost': 'From a Single Host',
    maxMessageSizeMB: 'Maximum Message Size (MB)',
  });
});

it('has one secret, and defaults that pass their own schemas', () => {
  expect(SETTING_PATHS.filter((path) => settingSpec(path).secret)).toEqual(['smartHost.password']);
  for (const path of SETTING_PATHS) {
    const { schema, default: value } = settingSpec(path);
    expect(schema.parse(value), path).toEqual(value);
  }
});

it('is frozen to the last list', () => {
  const settings = defaultSettings('localhost');
  const frozen = [settings, settings.incoming.primary, settings.relay.trustedNetworks];
  expect(frozen.map((part) => Object.isFrozen(part))).toEqual([true, true, true]);
});

it('hands out lists that are not the defaults themselves', () => {
  expect(defaultSettings('a').delivery.retryMinutes).not.toBe(settingSpec('delivery.retryMinutes').default);
});

it('finds a value by its path, and nothing where there is none', () => {
  const nested = nest({ 'a.b.c': 1, 'a.b.d': [2], e: 3 });
  expect(nested).toEqual({ a: { b: { c: 1, d: [2] } }, e: 3 });
  expect(valueAt(nested, 'a.b.c')).toBe(1);
  expect(valueAt(nested, 'a.x.c')).toBeUndefined();
  expect(valueAt(nested, 'e.f')).toBeUndefined();
  expect(valueAt(null, 'e')).toBeUndefined();
});
