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
}

const cache = new Map<string, Promise<KeyPair>>();

/**
 * A self-signed certificate for the names and addresses given (default: `localhost`, 127.0.0.1 and ::1).
 * Made once per process and set of names, since making keys is the slow part of many tests.
 */
export function testCertificate({
  names = ['localhost'],
  addresses = ['127.0.0.1', '::1'],
}: CertificateNames = {}): Promise<KeyPair> {
  const id = JSON.stringify([names, addresses]);
  let pair = cache.get(id);
  if (pair === undefined) {
    pair = make(names, addresses);
    cache.set(id, pair);
  }
  return pair;
}

async function make(names: string[], addresses: string[]): Promise<KeyPair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? addresses[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
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
