import { generate } from 'selfsigned';

/** A private key and its certificate, both PEM. */
export interface KeyPair {
  key: string;
  cert: string;
}

/** What a certificate vouches for. */
export interface CertificateNames {
  names?: string[];
  addresses?: string[];
  /** Its end, in days from now; it begins a year before that. Default: a year. */
  days?: number;
}

const cache = new Map<string, Promise<KeyPair>>();

/**
 * A self-signed certificate for the names and addresses given (default: `localhost`, 127.0.0.1 and ::1).
 * Made once per process and set of names, since making keys is the slow part of many tests.
 */
export function testCertificate({
  names = ['localhost'],
  addresses = ['127.0.0.1', '::1'],
  days = 365,
}: CertificateNames = {}): Promise<KeyPair> {
  const id = JSON.stringify([names, addresses, days]);
  let pair = cache.get(id);
  if (pair === undefined) {
    pair = make(names, addresses, days);
    cache.set(id, pair);
  }
  return pair;
}

const DAY_MS = 86_400_000;

async function make(names: string[], addresses: string[], days: number): Promise<KeyPair> {
  const notAfterDate = new Date(Date.now() + days * DAY_MS);
  const notBeforeDate = new Date(Math.min(Date.now() - 60_000, notAfterDate.getTime() - 365 * DAY_MS));
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? addresses[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { key, cert };
}
