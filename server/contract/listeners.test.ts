import { expect, it } from 'vitest';
import { endpointText, isIncoming, plannedListeners, sameEndpoint } from './listeners.ts';
import { defaultSettings, type Settings } from './settings.ts';

type Incoming = Settings['incoming'];
const { incoming, pickup } = defaultSettings('localhost');

function plan(
  primary: Partial<Incoming['primary']>,
  secondary: Partial<Incoming['secondary']>,
  pop3: Partial<Settings['pickup']['pop3']> = {},
) {
  return plannedListeners({
    incoming: {
      ...incoming,
      primary: { ...incoming.primary, ...primary },
      secondary: { ...incoming.secondary, ...secondary },
    },
    pickup: { ...pickup, pop3: { ...pickup.pop3, ...pop3 } },
  });
}

it('plans the primary alone when the secondary says nothing new', () => {
  expect(plan({}, { security: 'tls' })).toEqual([
    { name: 'primary', port: 25, address: '', security: 'starttls' },
  ]);
});

it('plans both, the primary first, with addresses in their one spelling', () => {
  expect(plan({ address: '2001:DB8::0:1' }, { port: 465, security: 'tls' })).toEqual([
    { name: 'primary', port: 25, address: '2001:db8::1', security: 'starttls' },
    { name: 'secondary', port: 465, address: '', security: 'tls' },
  ]);
});

it('plans the ports for picking up mail that are on, after those for incoming mail', () => {
  const planned = plan({}, {}, { port: 110, tlsPort: 995, address: '192.168.1.10' });
  expect(planned.slice(1)).toEqual([
    { name: 'pop3', port: 110, address: '192.168.1.10', security: 'starttls' },
    { name: 'pop3s', port: 995, address: '192.168.1.10', security: 'tls' },
  ]);
  expect(planned.map(isIncoming)).toEqual([true, false, false]);
  expect(plan({}, {}, { tlsPort: 995 }).map(({ name }) => name)).toEqual(['primary', 'pop3s']);
});

it('takes two for the same socket whatever their security', () => {
  const [one] = plan({}, {});
  const [two] = plan({ security: 'tls' }, {});
  const [other] = plan({ address: '127.0.0.1' }, { address: '127.0.0.2' });
  if (!one || !two || !other) throw new Error('no listeners');
  expect(sameEndpoint(one, two)).toBe(true);
  expect(sameEndpoint(one, other)).toBe(false);
  expect(sameEndpoint(one, { ...one, port: 26 })).toBe(false);
});

it('names a port as sentences need it', () => {
  expect(endpointText({ port: 25, address: '' })).toBe('port 25');
  expect(endpointText({ port: 587, address: '192.168.1.10' })).toBe('port 587 on 192.168.1.10');
});
