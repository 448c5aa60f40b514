/** Who is where: the addresses, ports, names and accounts of Waypost and of its peers. All on loopback. */
import { unusedPort } from '../../../server/testing/ports.ts';
import { ANNA } from '../../service.ts';

/** Strangers to Waypost, which trusts no network here. */
export const SOURCES = {
  swaks: '127.0.0.31',
  python: '127.0.0.41',
  postfix: '127.0.0.11',
  exim: '127.0.0.21',
};

/** From here, and only from here, the peers take mail for anybody, to send it on to Waypost. */
export const INJECTOR = '127.0.0.99';

/** The listeners of Postfix: as an MX with and without STARTTLS, and for those who sign in. */
export const POSTFIX = { mx: '127.0.0.11', plain: '127.0.0.12', tls: '127.0.0.13', submission: '127.0.0.14' };

/** The same of Exim; TLS from the first byte is on a port of its own, since Exim tells it by the port. */
export const EXIM = { mx: '127.0.0.21', plain: '127.0.0.22', tls: '127.0.0.23', submission: '127.0.0.24' };

/** The account at both peers. */
export const RELAY = { user: 'relay', password: 'open sesame' };

/** Accounts of Waypost. Anna's other addresses tell the peers how to encrypt on the way to her. */
export const ACCOUNTS = {
  anna: ANNA,
  annaAliases: [
    'anna@clear.waypost.test',
    'anna@starttls.waypost.test',
    'anna@wrapped.waypost.test',
    'anna@kept.waypost.test',
  ],
  joerg: 'jörg@waypost.test',
  /** Whose mail is picked up. */
  pia: { address: 'pia@waypost.test', password: 'a good password' },
};

/** The domains through which the other peer sends to one by way of Waypost, signed in. */
export const SIGNED_IN = ['plain-auth', 'login-auth', 'wrong-auth'] as const;

/** Postfix takes mail for this box and finds out only later that it can't be delivered. */
export const BROKEN = 'broken';

/** Boxes at each peer; whatever else is sent there does not exist. */
export const BOXES = [
  'otto',
  'jörg',
  'grey',
  BROKEN,
  ...Array.from({ length: 100 }, (_, at) => `box${at + 1}`),
];

export interface Ports {
  /** Waypost's: STARTTLS offered, and TLS from the first byte. */
  readonly waypost: number;
  readonly waypostTls: number;
  /** Where Waypost's mailboxes are picked up: STLS offered, and TLS from the first byte. */
  readonly pop3: number;
  readonly pop3Tls: number;
  /** All listeners of the peers, but for the next. */
  readonly peers: number;
  readonly eximTls: number;
  /** The greylisting that Postfix asks. */
  readonly policy: number;
}

/** Ports that are free on all the addresses that need them. */
export async function choosePorts(): Promise<Omit<Ports, 'waypost' | 'waypostTls'>> {
  return {
    peers: await unusedPort(...Object.values(POSTFIX), ...Object.values(EXIM)),
    eximTls: await unusedPort(EXIM.tls),
    policy: await unusedPort('127.0.0.1'),
    pop3: await unusedPort('127.0.0.1'),
    pop3Tls: await unusedPort('127.0.0.1'),
  };
}

const mx = (exchange: string) => ({ MX: [{ preference: 10, exchange }] });

/** What the fake DNS says of the peers' domains. */
export function zone() {
  const peer = (domain: string, at: typeof POSTFIX) => ({
    [domain]: mx(`mx.${domain}`),
    [`plain.${domain}`]: mx(`mx-plain.${domain}`),
    ...Object.fromEntries(SIGNED_IN.map((name) => [`${name}.${domain}`, mx(`mx.${domain}`)])),
    [`mx.${domain}`]: { A: [at.mx] },
    [`mx-plain.${domain}`]: { A: [at.plain] },
    [`smart.${domain}`]: { A: [at.submission] },
    [`smart-tls.${domain}`]: { A: [at.tls] },
  });
  return { ...peer('postfix.test', POSTFIX), ...peer('exim.test', EXIM) };
}

/** What the certificate of both peers vouches for. */
export const CERTIFIED = ['postfix.test', 'exim.test'].flatMap((domain) =>
  ['mx', 'smart', 'smart-tls'].map((host) => `${host}.${domain}`),
);
