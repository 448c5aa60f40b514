/** The certificate of the listeners: the user's own files, or a self-signed pair made at first start. */
import { existsSync } from 'node:fs';
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

/** Loads the certificate the settings ask for, making the own pair when it is missing. */
export async function loadCertificate(settings: Settings, folder: string): Promise<Certificate> {
  const { certFile, keyFile } = settings.tls;
  if (certFile === '') return ownCertificate(folder, settings.hostname);
  const cert = await readPem('tls.certFile', 'certificate', certFile);
  const key = await readPem('tls.keyFile', 'private key', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const message = `The certificate ${certFile} and the private key ${keyFile} can't be used together: ${reason(error)}.`;
    throw new CertificateUnreadable({ path: 'tls.certFile', message });
  }
  return { cert, key };
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
  if (existsSync(certPath) && existsSync(keyPath)) {
    return { cert: await readFile(certPath, 'utf8'), key: await readFile(keyPath, 'utf8') };
  }
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
  // The key first: a pair of which only the certificate was written would be taken for complete.
  await writeFile(keyPath, pair.private, { mode: 0o600 });
  await writeFile(certPath, pair.cert, { mode: 0o600 });
  return { cert: pair.cert, key: pair.private };
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
