/** The certificate of the listeners: the user's own files, or a self-signed pair made at first start. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';
import type { Settings } from '../contract/settings.ts';
import type { Issue } from '../contract/validate.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface LoadedCertificate extends Certificate {
  readonly expiresAt: Date;
  /** True for the self-signed pair. */
  readonly own: boolean;
}

/** The certificate files can't be used; the issue names the field and says what to do. */
export class CertificateUnreadable extends Error {
  override name = 'CertificateUnreadable';
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.message);
    this.issue = issue;
  }
}

const YEARS = 10;
/** The own pair is made anew so long before its end; as files are read again every hour, none is presented expired. */
const RENEWAL_MS = 86_400_000;

/** Loads the certificate the settings ask for, making the own pair when it is missing or about to expire. */
export async function loadCertificate(settings: Settings, folder: string): Promise<LoadedCertificate> {
  const own = settings.tls.certFile === '';
  const pair = await (own ? ownCertificate(folder, settings.hostname) : givenCertificate(settings.tls));
  return { ...pair, expiresAt: new X509Certificate(pair.cert).validToDate, own };
}

/** Throws `CertificateUnreadable`. */
async function givenCertificate({ certFile, keyFile }: Settings['tls']): Promise<Certificate> {
  const cert = await readPem('tls.certFile', 'certificate', certFile);
  const key = await readPem('tls.keyFile', 'private key', keyFile);
  const issue = pairIssue({ cert, key }, certFile, keyFile);
  if (issue) throw new CertificateUnreadable(issue);
  return { cert, key };
}

/**
 * Why the pair can't be used. An empty text must not pass: OpenSSL takes it, and smtp-server would then serve
 * its built-in pair, whose key everybody knows.
 */
function pairIssue({ cert, key }: Certificate, certFile: string, keyFile: string): Issue | undefined {
  const certificate = orUndefined(() => new X509Certificate(cert));
  if (!certificate) return { path: 'tls.certFile', message: `${certFile} is not a certificate in PEM form.` };
  const privateKey = orUndefined(() => createPrivateKey(key));
  if (!privateKey) {
    return {
      path: 'tls.keyFile',
      message: `${keyFile} is not a private key in PEM form without passphrase.`,
    };
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    const message = `The private key ${keyFile} doesn't belong to the certificate ${certFile}.`;
    return { path: 'tls.keyFile', message };
  }
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    return { path: 'tls.certFile', message: `The certificate ${certFile} can't be used: ${reason(error)}.` };
  }
}

function orUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

async function readPem(path: string, what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = `The ${what} file ${file} can't be read (${reason(error)}). Check its path and permissions.`;
    throw new CertificateUnreadable({ path, message });
  }
}

async function ownCertificate(folder: string, hostname: string): Promise<Certificate> {
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const own = await readOwn(certPath, keyPath);
  if (own) return own;
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + YEARS);
  const pair = await generate([{ name: 'commonName', value: hostname }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: [...new Set([hostname, 'localhost'])].map((value) => ({ type: 2, value })),
      },
    ],
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(keyPath, pair.private, { mode: 0o600 });
  await writeFile(certPath, pair.cert, { mode: 0o600 });
  return { cert: pair.cert, key: pair.private };
}

/** The pair made earlier; undefined when there is none, or when it can't be used and is made anew. */
async function readOwn(certPath: string, keyPath: string): Promise<Certificate | undefined> {
  try {
    const pair = { cert: await readFile(certPath, 'utf8'), key: await readFile(keyPath, 'utf8') };
    const usable = !pairIssue(pair, certPath, keyPath) && !expiresWithin(pair, RENEWAL_MS);
    return usable ? pair : undefined;
  } catch {
    // Missing, or half written when the machine lost power.
    return undefined;
  }
}

function expiresWithin({ cert }: Certificate, ms: number): boolean {
  return new X509Certificate(cert).validToDate.getTime() - Date.now() < ms;
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'no permission',
    EISDIR: 'it is a folder',
  };
  return known[code ?? ''] ?? message;
}
