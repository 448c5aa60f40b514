import { describe, expect, it } from 'vitest';
import { Access, type Verdict, type Visit } from './access.ts';
import { ownNames } from './own-names.ts';

const TOKEN = 'the-token';
const access = new Access({ scheme: 'http', port: 8025, token: TOKEN, isOwnName: ownNames('127.0.0.1') });
const COOKIE = access.cookie.split(';')[0] ?? '';

interface Parts {
  readonly url?: string;
  readonly host?: string | string[];
  readonly [header: string]: string | string[] | undefined;
}

/** A request with the cookie, unless the parts say otherwise. */
function visit({ url = '/', host = '127.0.0.1:8025', ...others }: Parts): Visit {
  const hosts = [host].flat();
  const headers = { host: hosts[0], cookie: COOKIE, ...others };
  return { method: 'GET', url, headers, headersDistinct: host === '' ? {} : { host: hosts } };
}

describe('Host', () => {
  it.each([
    ['127.0.0.1:8025', 'allowed'],
    ['localhost:8025', 'allowed'],
    ['LocalHost:8025', 'allowed'],
    ['[::1]:8025', 'allowed'],
    ['127.0.0.1:8026', 'refused'],
    ['127.0.0.1', 'refused'],
    ['127.0.0.1:', 'refused'],
    ['127.0.0.1:08025x', 'refused'],
    ['evil.test:8025', 'refused'],
    ['127.0.0.1.evil.test:8025', 'refused'],
    ['localhost.:8025', 'refused'],
    ['evil@127.0.0.1:8025', 'refused'],
    ['127.0.0.2:8025', 'refused'],
    ['192.0.2.1:8025', 'refused'],
    ['[::2]:8025', 'refused'],
    ['::1:8025', 'refused'],
    ['', 'refused'],
    [['127.0.0.1:8025', 'evil.test:8025'], 'refused'],
  ] satisfies [string | string[], Verdict][])('%j is %s', (host, verdict) => {
    const own = { origin: `http://${[host].flat()[0]?.toLowerCase()}` };
    expect(access.page(visit({ host }))).toBe(verdict);
    expect(access.page(visit({ host, url: `/?token=${TOKEN}` }))).toBe(
      verdict === 'allowed' ? 'enter' : verdict,
    );
    expect(access.socket(visit({ host, ...own }))).toBe(verdict === 'allowed');
  });

  it('may leave out the port that its scheme has anyway', () => {
    const of = (scheme: 'http' | 'https', port: number) =>
      new Access({ scheme, port, token: TOKEN, isOwnName: ownNames('127.0.0.1') });
    const judged = (at: Access, host: string) => at.page(visit({ host, cookie: at.cookie.split(';')[0] }));
    expect(judged(of('http', 80), 'localhost')).toBe('allowed');
    expect(judged(of('https', 443), 'localhost')).toBe('allowed');
    expect(judged(of('https', 80), 'localhost')).toBe('refused');
    expect(judged(of('http', 443), 'localhost')).toBe('refused');
  });
});

describe('Origin', () => {
  it.each([
    ['http://127.0.0.1:8025', true],
    ['http://localhost:8025', false],
    ['http://127.0.0.1:3000', false],
    ['http://127.0.0.1', false],
    ['https://127.0.0.1:8025', false],
    ['http://evil.test', false],
    ['http://127.0.0.1:8025.evil.test', false],
    ['null', false],
    ['', false],
  ])('%j is ours: %s', (origin, ours) => {
    expect(access.page(visit({ origin }))).toBe(ours ? 'allowed' : 'refused');
    expect(access.page(visit({ origin, url: `/?token=${TOKEN}` }))).toBe(ours ? 'enter' : 'refused');
    expect(access.socket(visit({ origin }))).toBe(ours);
  });

  it('may be missing on a page, never on a socket', () => {
    expect(access.page(visit({}))).toBe('allowed');
    expect(access.socket(visit({}))).toBe(false);
  });
});

describe('the cookie', () => {
  const withCookie = (cookie: string | undefined) => [
    access.page(visit({ cookie })),
    access.page(visit({ cookie, url: '/assets/main.js' })),
    access.socket(visit({ cookie, origin: 'http://127.0.0.1:8025' })),
  ];
  const IN = ['allowed', 'allowed', true];
  const OUT = ['refused', 'refused', false];

  it.each([
    ['ours', COOKIE, IN],
    ['ours among others', `a=b; ${COOKIE}; c=d`, IN],
    ['ours after a wrong one of the same name', `waypost-8025=x; ${COOKIE}`, IN],
    ['none', undefined, OUT],
    ['the token itself', `waypost-8025=${TOKEN}`, OUT],
    ['of another port', COOKIE.replace('8025', '8026'), OUT],
    ['empty', 'waypost-8025=', OUT],
    ['cut short', COOKIE.slice(0, -1), OUT],
    ['with something behind', `${COOKIE}x`, OUT],
    [
      'of another token',
      new Access({ scheme: 'http', port: 8025, token: 'other', isOwnName: () => true }).cookie,
      OUT,
    ],
  ])('%s', (_, cookie, verdicts) => {
    expect(withCookie(cookie)).toEqual(verdicts);
  });

  it('is for this port and host alone, out of the reach of scripts, and does not tell the token', () => {
    expect(access.cookie).toMatch(
      /^waypost-8025=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=2592000$/,
    );
    expect(access.cookie).not.toContain(TOKEN);
    const secure = new Access({ scheme: 'https', port: 8025, token: TOKEN, isOwnName: () => true });
    expect(secure.cookie).toBe(`${access.cookie}; Secure`);
  });
});

describe('the token', () => {
  it.each([
    [`/?token=${TOKEN}`, 'enter'],
    [`/?a=b&token=${TOKEN}`, 'enter'],
    ['/?token=', 'refused'],
    ['/?token=wrong', 'refused'],
    [`/?token=${TOKEN}x`, 'refused'],
    [`/?token=wrong&token=${TOKEN}`, 'refused'],
    [`/?Token=${TOKEN}`, 'refused'],
    [`/assets/main.js?token=${TOKEN}`, 'refused'],
    [`//?token=${TOKEN}`, 'refused'],
    [`http://127.0.0.1:8025/?token=${TOKEN}`, 'refused'],
    [`/#?token=${TOKEN}`, 'refused'],
  ] satisfies [string, Verdict][])('in %s: %s', (url, verdict) => {
    expect(access.page(visit({ url, cookie: undefined }))).toBe(verdict);
    expect(access.socket(visit({ url, cookie: undefined, origin: 'http://127.0.0.1:8025' }))).toBe(false);
  });

  it('that is wrong is refused even to who is in', () => {
    expect(access.page(visit({ url: '/?token=wrong' }))).toBe('refused');
  });
});

describe('a request that another site caused', () => {
  const from = (site: string, mode: string, dest: string, more: Parts = {}) =>
    access.page(visit({ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest, ...more }));
  const anonymous = { cookie: undefined };

  it('gets nothing for its scripts, pictures and the like, cookie or not', () => {
    for (const site of ['cross-site', 'same-site']) {
      expect(from(site, 'no-cors', 'script', { url: '/assets/main.js' })).toBe('refused');
      expect(from(site, 'cors', 'empty')).toBe('refused');
    }
    expect(from('same-origin', 'cors', 'script', { url: '/assets/main.js' })).toBe('allowed');
  });

  it('that is a link may lead here, the cookie being sent at the second try only', () => {
    expect(from('none', 'navigate', 'document')).toBe('allowed');
    expect(from('same-site', 'navigate', 'document')).toBe('allowed');
    expect(from('cross-site', 'navigate', 'document', anonymous)).toBe('again');
    expect(from('cross-site', 'navigate', 'iframe', anonymous)).toBe('refused');
    expect(from('cross-site', 'navigate', 'document', { ...anonymous, url: '/x' })).toBe('refused');
    expect(from('cross-site', 'navigate', 'document', { ...anonymous, host: 'evil.test' })).toBe('refused');
    // No second time: it comes from here then.
    expect(from('same-origin', 'navigate', 'document', anonymous)).toBe('refused');
    expect(from('cross-site', 'navigate', 'document', { ...anonymous, url: `/?token=${TOKEN}` })).toBe(
      'enter',
    );
  });
});
