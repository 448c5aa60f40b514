import { describe, expect, it } from 'vitest';
import { testCertificate } from '../testing/certificate.ts';
import { isLoopbackHost } from './loopback.ts';
import { isWildcard, ownNames } from './own-names.ts';

describe('an address to listen at', () => {
  it.each([
    ['127.0.0.1', true, false],
    ['127.8.9.10', true, false],
    ['::1', true, false],
    ['::ffff:127.0.0.1', true, false],
    ['localhost', true, false],
    ['LOCALHOST', true, false],
    ['0.0.0.0', false, true],
    ['::', false, true],
    ['192.168.1.10', false, false],
    ['128.0.0.1', false, false],
    ['fe80::1', false, false],
    ['mail.example.com', false, false],
    ['localhost.evil.test', false, false],
    ['127.0.0.1.evil.test', false, false],
    ['', false, false],
  ])('%j is loopback: %s, all addresses: %s', (host, loopback, wildcard) => {
    expect([isLoopbackHost(host), isWildcard(host)]).toEqual([loopback, wildcard]);
  });
});

describe('own names', () => {
  it('of a loopback window are those of loopback and its own', () => {
    const isOwn = ownNames('127.0.0.2');
    expect(['127.0.0.2', 'localhost', '127.0.0.1', '::1'].every(isOwn)).toBe(true);
    expect(['127.0.0.3', 'desk', 'evil.test', ''].some(isOwn)).toBe(false);
  });

  it('of one that others can reach are also those of its certificate and of this machine', async () => {
    const { cert } = await testCertificate({ names: ['desk.example.com'], addresses: [] });
    const isOwn = ownNames('0.0.0.0', cert);
    expect(['desk.example.com', 'localhost', '127.0.0.1'].every(isOwn)).toBe(true);
    expect(['evil.test', 'x.desk.example.com', '203.0.113.99'].some(isOwn)).toBe(false);
  });
});
