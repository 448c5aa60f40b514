import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlannedListener } from '../contract/listeners.ts';
import { canListenOn, unusedPort } from '../testing/ports.ts';
import { BindError, type Endpoint, notPermitted, openEndpoint } from './endpoint.ts';

const opened: (Endpoint | Server)[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const nobody = async () => undefined;

async function open(address: string, port: number, owner: () => Promise<string | undefined> = nobody) {
  const planned: PlannedListener = { name: 'primary', address, port, security: 'starttls' };
  const remotes: (string | undefined)[] = [];
  const endpoint = await openEndpoint(
    planned,
    (socket) => {
      remotes.push(socket.remoteAddress);
      socket.end('hello');
    },
    owner,
  );
  opened.push(endpoint);
  return { endpoint, remotes };
}

async function hears(host: string, port: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of connect(port, host)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function failure(opening: Promise<unknown>): Promise<BindError> {
  const error = await opening.catch((reason: unknown) => reason);
  if (!(error instanceof BindError)) throw new Error(`No BindError: ${String(error)}`);
  return error;
}

it('on all addresses hears IPv4, and IPv6 where there is any', async () => {
  const port = await unusedPort('127.0.0.1');
  await open('', port);
  expect(await hears('127.0.0.1', port)).toBe('hello');
  if (await canListenOn('::1')) expect(await hears('::1', port)).toBe('hello');
});

it('on one address hears only that', async () => {
  const port = await unusedPort('127.0.0.1');
  const { endpoint } = await open('127.0.0.1', port);
  expect(await hears('127.0.0.1', port)).toBe('hello');
  if (await canListenOn('127.0.0.2')) await expect(hears('127.0.0.2', port)).rejects.toThrow('ECONNREFUSED');
  await endpoint.close();
  await expect(hears('127.0.0.1', port)).rejects.toThrow('ECONNREFUSED');
});

it('is free for somebody else as soon as it was closed', async () => {
  const port = await unusedPort('127.0.0.1');
  for (let round = 0; round < 20; round++) {
    const { endpoint } = await open('127.0.0.1', port);
    await endpoint.close();
  }
});

describe('a port that can not be opened', () => {
  it.each([
    [async () => 'nginx (pid 812)', 'nginx (pid 812)'],
    [nobody, 'another program'],
  ])('names who has it, where that is known', async (owner, name) => {
    const port = await unusedPort('127.0.0.1');
    const holder = createServer().listen(port, '127.0.0.1');
    await new Promise((listening) => holder.once('listening', listening));
    opened.push(holder);
    const error = await failure(open('127.0.0.1', port, owner));
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toBe(
      `Port ${port} on 127.0.0.1 is in use by ${name}. Stop that program or choose another port.`,
    );
  });

  it('says that the address is not one of ours', async () => {
    const error = await failure(open('192.0.2.123', await unusedPort()));
    expect(error.code).toBe('ADDRESS_NOT_AVAILABLE');
    expect(error.message).toBe(
      'This machine has no address 192.0.2.123. Choose one of its addresses, or all addresses.',
    );
  });

  it.each<[NodeJS.Platform, RegExp]>([
    ['linux', /port 25\. Allow it with: sudo sysctl net\.ipv4\.ip_unprivileged_port_start=25$/],
    ['darwin', /port 25 on a single address\. Choose all addresses, or a port above 1023\.$/],
    ['win32', /port 25: it is reserved\. "netsh int ipv4 show excludedportrange tcp" lists/],
    ['freebsd', /port 25\. Choose a port above 1023/],
  ])('gives the one fix for %s', (platform, expected) => {
    expect(notPermitted(25, platform)).toMatch(expected);
  });
});
