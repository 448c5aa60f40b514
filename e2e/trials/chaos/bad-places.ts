/** Destinations with bad name servers or bad peers, and what has to become of mail for each. */
import type { DnsZone } from '../../../server/testing/dns.ts';
import type { SinkScript } from '../../../server/testing/sink-script.ts';
import { endlessly, leavesHandshake, leavesWithin, readsNothing, type Talk, upTo } from './bad-peer.ts';

/** What has to become of a recipient: the reply that is shown while it waits, or with which it came back. */
export type End = 'delivered' | { readonly deferred: RegExp } | { readonly failed: RegExp };

export interface Place {
  /** The domain, without `.test`. */
  readonly name: string;
  /** What DNS has, where it is not one MX whose address is the peer's. `self` is the domain. */
  readonly dns?: (self: string, address: string) => DnsZone;
  /** A sink with this script, or a peer of the rougher kind. Left out: nobody listens there. */
  readonly script?: SinkScript;
  readonly talk?: Talk;
  readonly end: End;
  /** It holds its connection until a deadline of Waypost's own; `end` is what is true after that. */
  readonly hangs?: true;
  /** Bytes of the message. Default: small. */
  readonly size?: number;
  /** It gets the whole message, and does not say that it takes it. */
  readonly mayHaveIt?: true;
  /** The most connections that one attempt may make to it. */
  readonly mostConnections?: number;
}

const LONG = 'x'.repeat(100_000);
const WINDOW_FILLING = 3_000_000;

const noAnswer = { deferred: /DNS gave no answer about/ };
const noAddress = { deferred: /DNS gave no address for the mail servers of/ };
const noServer = { failed: /has no mail server/ };
const hungUp = { deferred: /closed the connection/ };
const tooLate = { deferred: /did not answer in time/ };
const strange = { deferred: /gave a strange answer|closed the connection/ };
const endless = { deferred: /talks without end/ };
const goAway = { deferred: / said: 421 / };
const SAY_421 = { close: '421 4.3.2 Not now' };

const to = (exchange: string) => ({ MX: [{ preference: 10, exchange }] });

const NAMES: readonly Place[] = [
  { name: 'dns-silent', dns: (self) => ({ [self]: 'timeout' }), end: noAnswer },
  { name: 'dns-wrong-id', dns: (self) => ({ [self]: { ...to(self), spoilt: 'wrong-id' } }), end: noAnswer },
  {
    name: 'dns-other-question',
    dns: (self) => ({ [self]: { ...to(self), spoilt: 'other-question' } }),
    end: noAnswer,
  },
  { name: 'dns-garbage', dns: (self) => ({ [self]: { ...to(self), spoilt: 'garbage' } }), end: noAnswer },
  {
    name: 'dns-never-whole',
    dns: (self) => ({ [self]: { ...to(self), spoilt: 'never-whole' } }),
    end: noAnswer,
  },
  {
    name: 'dns-truncated',
    dns: (self, address) => ({ [self]: { ...to(self), A: [address], spoilt: 'truncated' } }),
    script: {},
    end: 'delivered',
  },
  { name: 'dns-servfail', dns: (self) => ({ [self]: 'servfail' }), end: noAnswer },
  { name: 'dns-no-name', dns: () => ({}), end: { failed: /does not exist/ } },
  {
    name: 'dns-null-mx',
    dns: (self) => ({ [self]: { MX: [{ preference: 0, exchange: '.' }] } }),
    end: { failed: /accepts no mail \(null MX\)/ },
  },
  {
    name: 'dns-own-mx',
    dns: (self, address) => ({ [self]: { ...to(self), A: [address] } }),
    script: {},
    end: 'delivered',
  },
  {
    name: 'dns-no-address',
    dns: (self) => ({ [self]: to(`mx.${self}`), [`mx.${self}`]: {} }),
    end: noServer,
  },
  {
    name: 'dns-cname-loop',
    dns: (self) => ({
      [self]: to(`a.${self}`),
      [`a.${self}`]: { CNAME: `b.${self}` },
      [`b.${self}`]: { CNAME: `a.${self}` },
    }),
    end: noServer,
  },
  {
    name: 'dns-address-silent',
    dns: (self) => ({ [self]: to(`mx.${self}`), [`mx.${self}`]: 'timeout' }),
    end: noAddress,
  },
  {
    name: 'dns-300-mx',
    dns: (self, address) => {
      const exchanges = Array.from({ length: 300 }, (_, at) => `mx${at}.${self}`);
      return {
        [self]: { MX: exchanges.map((exchange) => ({ preference: 10, exchange })) },
        ...Object.fromEntries(exchanges.map((exchange) => [exchange, { A: [address] }])),
      };
    },
    script: { greeting: 'drop' },
    end: hungUp,
    mostConnections: 10,
  },
];

const LEAVING: readonly Place[] = [
  { name: 'refuses', end: { deferred: /refused the connection/ } },
  { name: 'leaves-at-once', script: { greeting: 'drop' }, end: hungUp },
  { name: 'resets-at-once', script: { greeting: 'reset' }, end: hungUp },
  { name: 'leaves-after-greeting', script: { greeting: { close: '220 hello' } }, end: hungUp },
  { name: 'leaves-at-ehlo', script: { ehlo: 'drop' }, end: hungUp },
  { name: 'leaves-at-mail', script: { mail: 'drop' }, end: hungUp },
  { name: 'leaves-at-rcpt', script: { rcpt: 'reset' }, end: hungUp },
  { name: 'leaves-at-data', script: { data: 'drop' }, end: hungUp },
  { name: 'leaves-in-content', talk: upTo('DATA', leavesWithin(100_000)), size: WINDOW_FILLING, end: hungUp },
  { name: 'leaves-at-dot', script: { body: 'drop' }, end: hungUp, mayHaveIt: true },
  { name: 'says-421-first', script: { greeting: SAY_421 }, end: goAway },
  { name: 'says-421-at-ehlo', script: { ehlo: SAY_421 }, end: goAway },
  { name: 'says-421-at-mail', script: { mail: SAY_421 }, end: goAway },
  { name: 'says-421-at-rcpt', script: { rcpt: SAY_421 }, end: goAway },
  { name: 'says-421-at-data', script: { data: SAY_421 }, end: goAway },
  { name: 'says-421-at-dot', script: { body: SAY_421 }, end: goAway, mayHaveIt: true },
];

const BABBLING: readonly Place[] = [
  {
    name: 'binary-greeting',
    script: { greeting: { raw: Buffer.from([0, 255, 254, 13, 10, 7, 13, 10]) } },
    end: strange,
  },
  { name: 'wrong-greeting', script: { greeting: '250 2.0.0 Ok' }, end: strange },
  { name: 'wrong-at-mail', script: { mail: '354 Go on' }, end: strange },
  { name: 'wrong-at-rcpt', script: { rcpt: '999 what' }, end: strange },
  { name: 'wrong-at-data', script: { data: '250 2.0.0 Ok' }, end: strange },
  { name: 'wrong-at-dot', script: { body: '354 Go on' }, end: strange, mayHaveIt: true },
  {
    name: 'bare-lf',
    script: { greeting: '220 hello\n', mail: '250 ok\n', body: '250 ok\n' },
    end: 'delivered',
  },
  { name: 'long-ehlo', script: { ehlo: `250 ${LONG}` }, end: 'delivered' },
  {
    name: 'long-refusal',
    script: { rcpt: `451 4.3.0 ${LONG}` },
    end: { deferred: / said: 451 4\.3\.0 x{500,1000}\W?$/ },
  },
  {
    name: 'long-final-refusal',
    script: { body: `554 5.6.0 ${LONG}` },
    mayHaveIt: true,
    end: { failed: /5\.6\.0 x+/ },
  },
  { name: 'endless-greeting', talk: endlessly('220-hello\r\n'), end: endless },
  { name: 'endless-line', talk: upTo('EHLO', endlessly('x')), end: endless },
  { name: 'endless-ehlo', talk: upTo('EHLO', endlessly('250-x\r\n')), end: endless },
  { name: 'endless-blank', talk: upTo('EHLO', endlessly('\r\n')), end: endless },
  { name: 'endless-at-rcpt', talk: upTo('RCPT', endlessly('250-x\r\n')), end: endless },
  { name: 'endless-blank-at-rcpt', talk: upTo('RCPT', endlessly('\r\n')), end: endless },
  { name: 'endless-replies', talk: upTo('RCPT', endlessly('250 2.1.5 Ok\r\n')), end: strange },
  { name: 'tls-broken', script: { starttls: 'broken' }, end: 'delivered' },
  { name: 'tls-refused', script: { starttls: 'refused' }, end: 'delivered' },
  { name: 'tls-left', talk: upTo('STARTTLS', leavesHandshake), end: { deferred: /said: 451 / } },
];

/** They hold their connection until a deadline. */
const HANGING: readonly Place[] = [
  { name: 'hangs-first', script: { greeting: 'hang' }, end: tooLate },
  { name: 'trickles-first', script: { greeting: { drip: `220 ${LONG}`, everyMs: 1000 } }, end: tooLate },
  { name: 'hangs-at-ehlo', script: { ehlo: 'hang' }, end: tooLate },
  { name: 'hangs-at-mail', script: { mail: 'hang' }, end: tooLate },
  { name: 'hangs-at-rcpt', script: { rcpt: 'hang' }, end: tooLate },
  {
    name: 'trickles-at-rcpt',
    script: { rcpt: { drip: `250 ${LONG}`, everyMs: 1000 } },
    end: { deferred: /took longer than 11 min/ },
  },
  { name: 'hangs-at-data', script: { data: 'hang' }, end: tooLate },
  { name: 'hangs-at-dot', script: { body: 'hang' }, end: { deferred: /./ }, mayHaveIt: true },
  { name: 'reads-nothing', talk: upTo('DATA', readsNothing), size: WINDOW_FILLING, end: tooLate },
  { name: 'tls-silent', script: { starttls: 'silent' }, end: 'delivered' },
];

/** All of them, those whose word is there at once first. */
export const PLACES: readonly Place[] = [
  ...NAMES,
  ...LEAVING,
  ...BABBLING,
  ...HANGING.map((place) => ({ ...place, hangs: true as const })),
];
