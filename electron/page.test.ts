import { expect, test } from 'vitest';
import { answerPage } from './page.ts';

const files = {
  index: '<meta nonce="%NONCE%"><meta content="%CALLS%"><style nonce="%NONCE%"></style>',
  files: new Map([
    [
      '/assets/main-12345678.js',
      { type: 'text/javascript; charset=utf-8', cache: 'x', body: Buffer.from('1') },
    ],
  ]),
};

const ask = (url: string, method = 'GET') => answerPage(files, { url, method });

test('the page comes with a policy that lets nothing in but its own parts', async () => {
  const answer = ask('app://waypost/#status');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('Content-Security-Policy') ?? '';
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
  expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
  expect(policy.replace(nonce, 'N').split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-N'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(await answer.text()).toBe(
    `<meta nonce="${nonce}"><meta content="port"><style nonce="${nonce}"></style>`,
  );
});

test('no two answers share a nonce', () => {
  const policies = [1, 2].map(() => ask('app://waypost/').headers.get('Content-Security-Policy'));
  expect(policies[0]).not.toBe(policies[1]);
});

test('files of the build, with their type', async () => {
  const answer = ask('app://waypost/assets/main-12345678.js');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(await answer.text()).toBe('1');
});

test.each([
  ['app://waypost/index.html', 'GET', 404],
  ['app://waypost/assets/../../etc/passwd', 'GET', 404],
  ['app://waypost/assets/%2e%2e/x', 'GET', 404],
  ['app://elsewhere/', 'GET', 403],
  ['app://waypost.example/', 'GET', 403],
  ['https://waypost/', 'GET', 403],
  ['app://waypost/', 'POST', 403],
])('%s by %s: %i', (url, method, status) => {
  expect(ask(url, method).status).toBe(status);
});
