import type { PeerCertificate } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { judgeCertificate, type SeenCertificate } from './certificate.ts';
import { StepFailed } from './steps.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

function seen(
  part: Partial<SeenCertificate> = {},
  certificate: Partial<PeerCertificate> = {},
): SeenCertificate {
  return {
    certificate: {
      subject: { CN: 'smart.example' },
      issuer: { O: 'Some Authority', CN: 'R3' },
      subjectaltname: 'DNS:smart.example, DNS:relay.example, IP Address:192.0.2.1',
      valid_from: 'Jan  1 00:00:00 2026 GMT',
      valid_to: 'Mar  1 00:00:00 2027 GMT',
      ...certificate,
    } as PeerCertificate,
    problem: '',
    host: 'smart.example',
    strict: true,
    now: NOW,
    ...part,
  };
}

function refusal(of: SeenCertificate): { detail: string; advice: string } {
  try {
    judgeCertificate(of);
  } catch (error) {
    if (error instanceof StepFailed) return { detail: error.message, advice: error.advice };
    throw error;
  }
  throw new Error('It was accepted.');
}

const FACTS = 'For smart.example, relay.example, 192.0.2.1, issued by Some Authority, until 2027-03-01';

test.each(['smart.example', 'RELAY.example', '192.0.2.1'])('one that is valid for %s', (host) => {
  expect(judgeCertificate(seen({ host }))).toEqual({ detail: `${FACTS}.`, value: undefined });
});

const FAULTS: [string, SeenCertificate, string, RegExp][] = [
  [
    'another name',
    seen({ host: 'mail.example', problem: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    'it is not for mail.example',
    /^Enter the server as smart\.example, if/,
  ],
  [
    'an address it does not name',
    seen({ host: '192.0.2.9', problem: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    'it is not for 192.0.2.9',
    /^Enter the server as smart\.example, if/,
  ],
  [
    'a wildcard that does not reach so far',
    seen(
      { host: 'a.b.example', problem: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      { subjectaltname: 'DNS:*.example' },
    ),
    'it is not for a.b.example',
    /^Enter a name that it is for, if/,
  ],
  [
    'expired',
    seen({ problem: 'CERT_HAS_EXPIRED' }, { valid_to: 'Nov 24 11:59:59 2026 GMT' }),
    'it has expired',
    /^Ask the operator of the server to renew it\.$/,
  ],
  [
    'not valid yet',
    seen({ problem: 'CERT_NOT_YET_VALID' }, { valid_from: 'Nov 25 00:00:00 2026 GMT' }),
    'it is not valid yet',
    /^See whether date and time of this machine are right\.$/,
  ],
  [
    'self-signed',
    seen({ problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    'the server made it for itself, nobody vouches for it',
    /Security Automatic on a port other than 465 takes any certificate/,
  ],
  [
    'of an unknown authority',
    seen({ problem: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    'nobody whom this machine knows vouches for it',
    /else ask its operator/,
  ],
  ['revoked', seen({ problem: 'CERT_REVOKED' }), 'its issuer has revoked it', /^Send nothing there/],
  ['odd', seen({ problem: 'CERT_UNTRUSTED' }), 'it can’t be trusted (CERT_UNTRUSTED)', /ask its operator/],
];

describe('what can be wrong', () => {
  test.each(FAULTS)('%s: refused where it has to be valid', (_, of, what, advice) => {
    const { detail, advice: said } = refusal(of);
    expect(detail).toMatch(/^For .*, issued by Some Authority, until \d{4}-\d\d-\d\d; /);
    expect(detail.endsWith(`; ${what}.`)).toBe(true);
    expect(said).toMatch(advice);
  });

  test.each(FAULTS)('%s: a reservation where any will do', (_, of, what, advice) => {
    const found = judgeCertificate({ ...of, strict: false });
    expect(found.state).toBe('warning');
    expect(found.detail.endsWith(`; ${what}.`)).toBe(true);
    const [, own = ''] =
      /^Security Automatic sends all the same, .* read along\. (.*)$/.exec(found.advice ?? '') ?? [];
    expect(own).toMatch(
      of.problem.match(/SELF|VERIFY|UNTRUSTED/) ? /^In your own network that is customary/ : advice,
    );
  });

  test('all of it at once is told at once, although Node tells the first only', () => {
    const of = seen(
      { host: 'mail.example', problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      { valid_to: 'Jan  1 00:00:00 2026 GMT' },
    );
    expect(refusal(of).detail).toMatch(
      /; it is not for mail\.example, and it has expired, and the server made it for itself/,
    );
  });
});

test.each([
  ['Dec  8 12:00:00 2026 GMT', undefined],
  ['Dec  8 11:59:59 2026 GMT', 'It ends in 13 days, and after that mail will wait'],
  ['Nov 26 11:00:00 2026 GMT', 'It ends in 1 day, and'],
  ['Nov 24 23:00:00 2026 GMT', 'It ends within a day, and'],
])('its end on %s', (valid_to, advice) => {
  const found = judgeCertificate(seen({}, { valid_to }));
  expect(found.state).toBe(advice && 'warning');
  if (advice) expect(found.advice).toContain(advice);
});

test('many names are counted, not listed', () => {
  const names = ['smart', 'a', 'b', 'c', 'd'].map((name) => `DNS:${name}.example`).join(', ');
  expect(judgeCertificate(seen({}, { subjectaltname: names })).detail).toMatch(
    /^For smart\.example, a\.example, b\.example and 2 more, issued by/,
  );
});

test('what says little of itself', () => {
  const bare = {
    subject: {},
    issuer: {},
    subjectaltname: '',
    valid_to: 'soon',
  } as unknown as PeerCertificate;
  expect(judgeCertificate(seen({ strict: false }, bare)).detail).toMatch(
    /^For no name, issued by nobody named, until an unknown day; it is not for smart\.example\.$/,
  );
});
