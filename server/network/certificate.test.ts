import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import { testCertificate } from '../testing/certificate.ts';
import { startTestReceiver, type TestReceiver } from '../testing/fixtures/receiver.ts';
import { connectSmtp } from '../testing/smtp-client.ts';
import { eventually, type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { CertificateUnreadable, loadCertificate } from './certificate.ts';

let folder: TemporaryFolder;
let tls: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  tls = join(folder.path, 'tls');
});
afterEach(() => folder.remove());

const base = defaultSettings('mail.waypost.test');
const load = (certFile = '', keyFile = '') =>
  loadCertificate({ ...base, tls: { certFile, keyFile } } as Settings, tls);

async function file(name: string, content: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}

describe('the own certificate', () => {
  it('is made at first start for our name, and used again', async () => {
    const first = await load();
    expect(await load()).toEqual(first);
    const certificate = new X509Certificate(first.cert);
    expect(certificate.subject).toBe('CN=mail.waypost.test');
    expect(certificate.checkHost('mail.waypost.test')).toBe('mail.waypost.test');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.ca).toBe(false);
    const years = (certificate.validToDate.getTime() - Date.now()) / (365 * 86_400_000);
    expect(years).toBeGreaterThan(9);
    expect(await readFile(join(tls, 'cert.pem'), 'utf8')).toBe(first.cert);
  });

  it.skipIf(process.platform === 'win32')('is readable by nobody else', async () => {
    await load();
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await Promise.all([tls, join(tls, 'key.pem'), join(tls, 'cert.pem')].map(mode))).toEqual([
      '700',
      '600',
      '600',
    ]);
  });

  it.each([
    ['the key is missing', 'cert.pem', undefined],
    ['the certificate is empty', 'cert.pem', ''],
    ['the key is cut off', 'key.pem', '-----BEGIN PRIVATE KEY-----\nMIG'],
    ['the key is another', 'key.pem', 'other'],
  ])('is made anew when %s', async (_, name, content) => {
    const first = await load();
    const other = (await testCertificate()).key;
    await mkdir(tls, { recursive: true });
    if (content === undefined) await writeFile(join(tls, 'key.pem'), '');
    else await writeFile(join(tls, name), content === 'other' ? other : content);
    const second = await load();
    expect(second.cert).not.toBe(first.cert);
    expect(await load()).toEqual(second);
  });
});

describe('the own certificate, in time', () => {
  const DAY = 86_400_000;
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }));
  afterEach(() => void vi.useRealTimers());

  it('is made anew on the day before its end, and says when that is', async () => {
    const first = await load();
    expect(first).toMatchObject({ own: true, expiresAt: new X509Certificate(first.cert).validToDate });
    vi.setSystemTime(first.expiresAt.getTime() - DAY);
    expect((await load()).cert).toBe(first.cert);
    vi.setSystemTime(first.expiresAt.getTime() - DAY + 1000);
    const second = await load();
    expect(second.cert).not.toBe(first.cert);
    expect(second.expiresAt.getTime() - first.expiresAt.getTime()).toBeGreaterThan(9 * 365 * DAY);
  });

  it('is made anew and presented when its end comes while the server runs', async () => {
    const server = await startTestReceiver({ rereadMs: 20 });
    const { expiresAt } = server.receiver.certificate;
    expect(server.receiver.certificate.own).toBe(true);
    vi.setSystemTime(expiresAt.getTime() - DAY / 2);
    await eventually(() => server.receiver.certificate.expiresAt > expiresAt, { what: 'a new certificate' });
    const client = await connectSmtp({ port: server.port });
    await client.command('EHLO c');
    await client.startTls();
    const { validToDate } = new X509Certificate(client.peerCertificate ?? '');
    expect(validToDate).toEqual(server.receiver.certificate.expiresAt);
    expect(server.log.map(({ text }) => text)).toContain('The renewed certificate is in use.');
    client.destroy();
    await server.stop();
  });
});

describe("the user's own files", () => {
  it('are used as they are', async () => {
    const pair = await testCertificate();
    expect(await load(await file('c.pem', pair.cert), await file('k.pem', pair.key))).toEqual({
      cert: pair.cert,
      key: pair.key,
      expiresAt: new X509Certificate(pair.cert).validToDate,
      own: false,
    });
  });

  it.each<[string, string | undefined, string | undefined, string, RegExp]>([
    [
      'no certificate file',
      undefined,
      'KEY',
      'tls.certFile',
      /^The certificate file .+c\.pem can't be read \(no such file\)\./,
    ],
    [
      'no key file',
      'CERT',
      undefined,
      'tls.keyFile',
      /^The private key file .+k\.pem can't be read \(no such file\)\./,
    ],
    ['an empty certificate', '', 'KEY', 'tls.certFile', /c\.pem is not a certificate in PEM form\.$/],
    [
      'an empty key',
      'CERT',
      '',
      'tls.keyFile',
      /k\.pem is not a private key in PEM form without passphrase\.$/,
    ],
    ['no PEM', 'junk', 'KEY', 'tls.certFile', /is not a certificate/],
    ['files swapped', 'KEY', 'CERT', 'tls.certFile', /is not a certificate/],
    [
      'a key of another certificate',
      'CERT',
      'OTHER',
      'tls.keyFile',
      /doesn't belong to the certificate .+c\.pem\.$/,
    ],
  ])('are refused in one sentence: %s', async (_, cert, key, path, message) => {
    const pair = await testCertificate();
    const other = await testCertificate({ names: ['other.test'] });
    const texts: Record<string, string> = { CERT: pair.cert, KEY: pair.key, OTHER: other.key };
    const [certFile, keyFile] = [join(folder.path, 'c.pem'), join(folder.path, 'k.pem')];
    if (cert !== undefined) await writeFile(certFile, texts[cert] ?? cert);
    if (key !== undefined) await writeFile(keyFile, texts[key] ?? key);
    const error = await load(certFile, keyFile).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CertificateUnreadable);
    expect((error as CertificateUnreadable).issue).toEqual({ path, message: expect.stringMatching(message) });
  });
});

describe('a certificate that is applied', () => {
  let server: TestReceiver;
  afterEach(() => server.stop());

  const shown = async (port: number, tlsFirst: boolean) => {
    const client = await connectSmtp({ port, tls: tlsFirst });
    if (!tlsFirst) {
      await client.command('EHLO c');
      await client.startTls();
    }
    const subject = new X509Certificate(client.peerCertificate ?? '').subject;
    client.destroy();
    return subject;
  };

  it('is shown to newcomers on every port; bad files change nothing', async () => {
    server = await startTestReceiver({ settings: { incoming: { secondary: { security: 'tls' } } } });
    const open = await connectSmtp({ port: server.secondPort, tls: true });
    const pair = await testCertificate({ names: ['new.test'] });
    const files = { certFile: await file('c.pem', pair.cert), keyFile: await file('k.pem', pair.key) };
    await expect(server.apply({ tls: { ...files, keyFile: '/nowhere/k.pem' } })).rejects.toThrow(
      CertificateUnreadable,
    );
    expect(await shown(server.port, false)).toBe('CN=mail.waypost.test');
    await server.apply({ tls: files });
    expect([await shown(server.port, false), await shown(server.secondPort, true)]).toEqual([
      'CN=new.test',
      'CN=new.test',
    ]);
    expect((await open.command('NOOP')).code).toBe(250);
    open.destroy();
    await server.apply({ tls: { certFile: '', keyFile: '' } });
    expect(await shown(server.port, false)).toBe('CN=mail.waypost.test');
  });

  it('is taken up when it was renewed in its place, and kept when that goes wrong', async () => {
    const old = await testCertificate({ names: ['old.test'] });
    const files = { certFile: await file('c.pem', old.cert), keyFile: await file('k.pem', old.key) };
    server = await startTestReceiver({ settings: { tls: files }, rereadMs: 20 });
    await file('k.pem', 'half written');
    await eventually(() => server.log.some(({ text }) => text.includes('k.pem')), { what: 'a warning' });
    expect(await shown(server.port, false)).toBe('CN=old.test');
    const renewed = await testCertificate({ names: ['renewed.test'] });
    await file('k.pem', renewed.key);
    await file('c.pem', renewed.cert);
    await eventually(async () => (await shown(server.port, false)) === 'CN=renewed.test', {
      what: 'the renewed one',
    });
  });
});
