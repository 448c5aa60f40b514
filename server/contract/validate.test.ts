import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings, type SettingsPatch, settingSpec } from './settings.ts';
import { changedPaths, type Issue, mergeSettings, onlyPrimaryApplies } from './validate.ts';

const DEFAULTS = defaultSettings('desk.example.com');

function merged(patch: unknown, current = DEFAULTS): Settings {
  const result = mergeSettings(current, patch);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.settings;
}

function issues(patch: unknown, current = DEFAULTS): readonly Issue[] {
  const result = mergeSettings(current, patch);
  return result.ok ? [] : result.issues;
}

const paths = (patch: unknown) => issues(patch).map((issue) => issue.path);

describe('one value', () => {
  it.each<[path: string, min: number, max: number]>([
    ['outgoing.maxConnections', 1, 20],
    ['incoming.primary.port', 1, 65535],
    ['incoming.secondary.port', 1, 65535],
    ['incoming.maxTotal', 10, 100],
    ['incoming.maxPerHost', 1, 10],
    ['maxMessageSizeMB', 1, 1024],
    ['delivery.lifetimeHours', 5, 720],
    ['delivery.delayNoticeHours', 0, 95],
    ['delivery.perDestination', 1, 20],
    ['delivery.mxPort', 1, 65535],
    ['log.keepDays', 1, 3650],
    ['log.maxMB', 10, 10240],
  ])('%s takes %d to %d and nothing beyond', (path, min, max) => {
    expect(issues({ [path]: min })).toEqual([]);
    expect(issues({ [path]: max })).toEqual([]);
    expect(paths({ [path]: min - 1 })).not.toEqual([]);
    expect(paths({ [path]: max + 1 })).not.toEqual([]);
  });

  it.each([
    ['smartHost.enabled', 'true', 'Use true or false.'],
    ['smartHost.host', 25, 'Use a text.'],
    ['smartHost.host', '::1', /^Use a name or IP address, optionally with a port/],
    ['smartHost.security', 'ssl', 'Choose one of: auto, starttls, tls, none.'],
    ['smartHost.password', 7, 'Use a text.'],
    ['incoming.primary.port', '25', 'Primary must be a whole number from 1 to 65535.'],
    ['incoming.primary.port', 25.5, 'Primary must be a whole number from 1 to 65535.'],
    ['incoming.primary.port', null, 'Primary must be a whole number from 1 to 65535.'],
    ['incoming.primary.port', Number.NaN, 'Primary must be a whole number from 1 to 65535.'],
    ['incoming.primary.address', 'eth0', /^Use an IP address of this machine/],
    ['incoming.primary.security', 'auto', 'Choose one of: none, starttls, tls.'],
    ['hostname', '', 'Use a host name such as mail.example.com.'],
    ['hostname', 'a b', 'Use a host name such as mail.example.com.'],
    ['relay.trustedNetworks', '10.0.0.0/8', 'Use a list.'],
    ['relay.trustedNetworks', ['10.0.0.0/8', 'home'], /^Use a network such as/],
    ['delivery.retryMinutes', [], 'Retry after needs at least one entry.'],
    ['delivery.retryMinutes', [0], 'At least 1 minute.'],
    ['delivery.retryMinutes', [10_081], 'At most 10080 minutes (a week).'],
    ['delivery.retryMinutes', [1.5], 'Each waiting time is a whole number of minutes.'],
    ['delivery.dnsServers', ['dns.example.com'], /^Use an IP address, optionally with a port/],
  ])('%s refuses %j', (path, value, message) => {
    expect(issues({ [path]: value })).toEqual([
      { path, message: typeof message === 'string' ? message : expect.stringMatching(message) },
    ]);
  });

  it('says everything that is wrong at once, in the order of the table', () => {
    expect(paths({ log: { maxMB: 0 }, outgoing: { maxConnections: 0 } })).toEqual([
      'outgoing.maxConnections',
      'log.maxMB',
    ]);
  });
});

describe('the patch', () => {
  it.each([[null], [[]], ['text'], [7], [undefined]])('must be an object, not %j', (patch) => {
    expect(issues(patch)).toEqual([{ path: '', message: 'Settings must be one JSON object.' }]);
  });

  it('may leave out anything', () => {
    expect(merged({})).toEqual(DEFAULTS);
    const changed = merged({ incoming: { secondary: { port: 587 } }, smartHost: {} });
    expect(changedPaths(DEFAULTS, changed)).toEqual(['incoming.secondary.port']);
  });

  it.each([
    ['{"colour":"red"}', 'colour'],
    ['{"smartHost":{"colour":"red"}}', 'smartHost.colour'],
    ['{"incoming":{"primary":{"port":{"a":1}}}}', 'incoming.primary.port'],
    ['{"incoming":25}', 'incoming'],
    ['{"incoming":[25]}', 'incoming'],
    ['{"incoming":null}', 'incoming'],
    ['{"__proto__":{"smartHost":{"enabled":true}}}', '__proto__'],
    ['{"smartHost":{"__proto__":{"enabled":true}}}', 'smartHost.__proto__'],
    ['{"constructor":{"prototype":{"x":1}}}', 'constructor'],
    ['{"toString":"x"}', 'toString'],
  ])('refuses %s, naming %s', (json, path) => {
    expect(paths(JSON.parse(json))).toEqual([path]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('names unknown settings and groups in a sentence', () => {
    expect(issues({ colour: 'red', incoming: 25 })).toEqual([
      { path: 'colour', message: 'There is no setting "colour". "waypost settings show" lists them all.' },
      { path: 'incoming', message: '"incoming" is a group of settings and must be an object.' },
    ]);
  });

  it('may name a setting by its path', () => {
    expect(merged({ 'log.maxMB': 50, 'incoming.primary': { port: 26 } })).toMatchObject({
      log: { maxMB: 50, keepDays: 14 },
      incoming: { primary: { port: 26 } },
    });
  });

  it('keeps a secret that is null, and forgets one that is empty', () => {
    const withPassword = merged({ smartHost: { password: 'geheim' } });
    expect(merged({ smartHost: { password: null } }, withPassword).smartHost.password).toBe('geheim');
    expect(merged({ smartHost: { password: '' } }, withPassword).smartHost.password).toBe('');
  });

  it('leads to frozen settings that do not share its lists', () => {
    const trustedNetworks = ['10.0.0.0/8'];
    const settings = merged({ relay: { trustedNetworks } });
    trustedNetworks.push('0.0.0.0/0');
    expect(settings.relay.trustedNetworks).toEqual(['10.0.0.0/8']);
    expect(Object.isFrozen(settings.relay.trustedNetworks) && Object.isFrozen(settings.incoming)).toBe(true);
  });
});

describe('rules across fields', () => {
  const on = { enabled: true, host: 'relay.example.com' };

  it.each<[patch: SettingsPatch, path: string | undefined]>([
    [{ smartHost: { enabled: true } }, 'smartHost.host'],
    [{ smartHost: on }, undefined],
    [{ smartHost: { ...on, authenticate: true } }, 'smartHost.account'],
    [{ smartHost: { ...on, authenticate: true, account: 'me' } }, undefined],
    [{ smartHost: { authenticate: true } }, undefined],
    [{ tls: { certFile: '/c.pem' } }, 'tls.keyFile'],
    [{ tls: { keyFile: '/k.pem' } }, 'tls.certFile'],
    [{ tls: { certFile: '/c.pem', keyFile: '/k.pem' } }, undefined],
    [{ delivery: { lifetimeHours: 4 } }, 'delivery.delayNoticeHours'],
    [{ delivery: { lifetimeHours: 5 } }, undefined],
    [{ delivery: { lifetimeHours: 1, delayNoticeHours: 0 } }, undefined],
  ])('%j: %s', (patch, path) => {
    expect(paths(patch)).toEqual(path === undefined ? [] : [path]);
  });

  const clash = (one: string, two: string, portTwo = 25) => {
    const incoming = { primary: { address: one }, secondary: { address: two, port: portTwo } };
    return issues({ incoming })[0]?.message;
  };

  it.each([
    ['', ''],
    ['192.168.1.10', '192.168.1.11'],
    ['127.0.0.1', '::1'],
    ['0.0.0.0', '::1'],
  ])('lets %j and %j share a port', (one, two) => {
    expect([clash(one, two), clash(two, one)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['', '192.168.1.10'],
    ['', '::1'],
    ['', '::'],
    ['', '0.0.0.0'],
    ['::', '192.168.1.10'],
    ['::', '::1'],
    ['::', '0.0.0.0'],
    ['0.0.0.0', '192.168.1.10'],
  ])('refuses %j beside %j, naming the wide one', (wide, narrow) => {
    const reason = (name: string) =>
      `${name} already listens on port 25 for every address, ${narrow} included. Choose another port, or an address for ${name}.`;
    expect([clash(wide, narrow), clash(narrow, wide)]).toEqual([reason('Primary'), reason('Secondary')]);
    expect(clash(wide, narrow, 587)).toBeUndefined();
  });

  it.each([
    ['192.168.1.10', '192.168.1.10', '192.168.1.10'],
    ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '0:0:0:0:0:0:0:0', '::'],
  ])('refuses the same address twice: %s and %s', (one, two, shown) => {
    expect(clash(one, two)).toBe(
      `Primary and Secondary both use port 25 on ${shown}. Choose another port or address for one of them.`,
    );
    expect(clash(one, two, 26)).toBeUndefined();
  });

  it('puts a clash of listeners beside the secondary port', () => {
    expect(paths({ incoming: { secondary: { address: '127.0.0.1' } } })).toEqual(['incoming.secondary.port']);
  });

  it.each<[patch: SettingsPatch, only: boolean]>([
    [{}, true],
    [{ incoming: { secondary: { security: 'tls' } } }, true],
    [{ incoming: { secondary: { port: 587 } } }, false],
    [{ incoming: { primary: { address: '127.0.0.1' }, secondary: { address: '127.0.0.2' } } }, false],
  ])('only the primary listener applies for %j: %s', (patch, only) => {
    expect(onlyPrimaryApplies(merged(patch).incoming)).toBe(only);
  });
});

it('tells which paths differ, lists by their content', () => {
  const patch = { relay: { trustedNetworks: ['127.0.0.0/8', '::1/128'] }, log: { maxMB: 50 }, hostname: 'a' };
  expect(changedPaths(DEFAULTS, merged(patch))).toEqual(['hostname', 'log.maxMB']);
  const shorter = merged({ relay: { trustedNetworks: ['127.0.0.0/8'] } });
  expect(changedPaths(DEFAULTS, shorter)).toEqual(['relay.trustedNetworks']);
  expect(settingSpec('log.maxMB').effect).toBe('log');
});
