import { expect, test } from 'vitest';
import { outsideAdvice } from './outside.ts';

const HERE = ['192.168.1.10', '2001:db8::1', '127.0.0.1', '::1'];
const all = (port: number) => ({ port, address: '' });

test.each([
  [
    'linux',
    /firewall-cmd --permanent --add-port=25\/tcp --add-port=587\/tcp && .* --reload.*ufw allow 25\/tcp && sudo ufw allow 587\/tcp \(ufw\)/,
  ],
  ['win32', /Windows Defender Firewall: Inbound Rules, New Rule, Port, TCP 25, 587, Allow/],
  ['darwin', /System Settings, Network, Firewall/],
  ['freebsd', /firewall: allow TCP port 25, 587\./],
] as const)('what router and firewall need on %s', (platform, firewall) => {
  const { detail, advice } = outsideAdvice([all(25), all(587)], HERE, platform);
  expect(detail).toMatch(/^That can’t be tried from here/);
  expect(advice).toMatch(
    /^In the router: forward TCP port 25 to 192\.168\.1\.10, forward TCP port 587 to 192\.168\.1\.10\. /,
  );
  expect(advice).toMatch(firewall);
  expect(advice).toMatch(/connect to the public address, port 25, from a phone without Wi-Fi\.$/);
});

test('where each port is bound, the router has to lead there', () => {
  const bound = [
    { port: 25, address: '192.168.1.20' },
    { port: 587, address: '127.0.0.1' },
  ];
  const { advice } = outsideAdvice(bound, HERE, 'linux');
  expect(advice).toMatch(/^In the router: forward TCP port 25 to 192\.168\.1\.20\. /);
  expect(advice).not.toContain('587');
});

test('one that has no address of a network is called by what it is', () => {
  expect(outsideAdvice([all(25)], ['127.0.0.1'], 'linux').advice).toMatch(/port 25 to this machine\./);
});

test.each(['127.0.0.1', '::1'])('on %s nobody can come in from outside', (address) => {
  expect(outsideAdvice([{ port: 25, address }], HERE, 'linux')).toEqual({
    detail: 'Only this machine can connect: the ports are open on its loopback address alone.',
    advice: 'For mail from elsewhere choose All addresses, or an address of its network.',
  });
});
