/** The headers that tell a browser what the page may do. */
import { describe, expect, it } from 'vitest';
import { ask } from '../testing/fixtures/renderer.ts';
import { inside, serve, windows } from '../testing/fixtures/settings-window.ts';

describe('the policy', () => {
  const nonceOf = (policy: string | string[] | undefined) => /'nonce-([^']+)'/.exec(String(policy))?.[1];

  it('lets in what the page needs and nothing else', async () => {
    const get = await inside();
    const { headers, body } = await get('/');
    const nonce = nonceOf(headers['content-security-policy']);
    const host = `127.0.0.1:${windows[0]?.port}`;
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
        `font-src 'self'; connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(body).toContain(`nonce="${nonce}"`);
    expect(body).not.toContain('%NONCE%');
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  });

  it('has another nonce each time, the refusal included', async () => {
    const get = await inside();
    const answers = [
      await get('/'),
      await get('/'),
      await get('/nothing'),
      await get('/', { headers: { cookie: '' } }),
    ];
    const nonces = answers.map(({ headers }) => nonceOf(headers['content-security-policy']));
    expect(new Set(nonces).size).toBe(4);
    for (const nonce of nonces) expect(Buffer.from(nonce ?? '', 'base64')).toHaveLength(16);
  });

  it('never repeats a Host that is not ours', async () => {
    const address = (await serve()).address('127.0.0.1');
    const { headers } = await ask(address, { headers: { host: 'evil.test' } });
    expect(JSON.stringify(headers)).not.toContain('evil');
  });
});
