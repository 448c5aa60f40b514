import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { canListenOn, unusedPort } from './ports.ts';

it('finds a port that refuses connections', async () => {
  const socket = connect({ host: '127.0.0.1', port: await unusedPort() });
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('never gives the same port twice', async () => {
  // Among so many of the system's choices there is almost always one that it makes again.
  const ports: number[] = [];
  while (ports.length < 600) ports.push(await unusedPort());
  expect(new Set(ports).size).toBe(ports.length);
});

it('knows the addresses of this machine', async () => {
  expect(await canListenOn('127.0.0.1')).toBe(true);
  // 192.0.2.0/24 is reserved for documentation (RFC 5737).
  expect(await canListenOn('192.0.2.1')).toBe(false);
});
