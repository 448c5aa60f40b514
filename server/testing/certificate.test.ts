import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect, it } from 'vitest';
import { testCertificate } from './certificate.ts';

it('vouches for the names and addresses asked for', async () => {
  const pair = await testCertificate({
    names: ['mx.example', 'relay.example'],
    addresses: ['127.0.0.2', '::1'],
  });
  const certificate = new X509Certificate(pair.cert);
  expect(certificate.checkHost('relay.example')).toBe('relay.example');
  expect(certificate.checkHost('other.example')).toBeUndefined();
  expect(certificate.checkIP('127.0.0.2')).toBe('127.0.0.2');
  expect(certificate.checkIP('::1')).toBe('::1');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  expect(() => createSecureContext(pair)).not.toThrow();
});

it('is made once per set of names', async () => {
  expect(await testCertificate()).toBe(await testCertificate());
  expect(await testCertificate()).not.toBe(await testCertificate({ names: ['mx.example'] }));
});
