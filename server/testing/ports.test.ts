import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { canListenOn, unusedPort } from './ports.ts';

it('finds a port that refuses connections', async () => {
  const socket = connect({ host: '127.0.0.1', port: await unusedPort() });
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('knows the addresses of this machine', async () => {
  expect(await canListenOn('127.0.0.1')).toBe(true);
  // 192.0.2.0/24 is reserved for documentation (RFC 5737).
  expect(await canListenOn('192.0.2.1')).toBe(false);
});
