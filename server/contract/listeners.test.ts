import { expect, it } from 'vitest';
import { endpointText, plannedListeners, sameEndpoint } from './listeners.ts';
import { defaultSettings, type Settings } from './settings.ts';

type Incoming = Settings['incoming'];
const { incoming } = defaultSettings('localhost');

function plan(primary: Partial<Incoming['primary']>, secondary: Partial<Incoming['secondary']>) {
  return plannedListeners({
    ...incoming,
    primary: { ...incoming.primary, ...primary },
    secondary: { ...incoming.secondary, ...secondary },
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
