/** Where the settings window can be reached, and until when. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testCertificate } from '../testing/certificate.ts';
import { ask, openWindow } from '../testing/fixtures/renderer.ts';
import { serve } from '../testing/fixtures/settings-window.ts';

describe('where other machines can reach it', () => {
  it('refuses to be without a certificate', async () => {
    await expect(serve({ host: '0.0.0.0' })).rejects.toThrow('Without a certificate');
  });

  it('speaks HTTPS, under the names of its certificate', async () => {
    const tls = await testCertificate({ names: ['desk.example.com'], addresses: [] });
    const window = await serve({ host: '0.0.0.0', tls });
    const address = window.address('127.0.0.1');
    expect(address).toMatch(/^https:/);
    const { headers } = await ask(address, { headers: { host: `desk.example.com:${window.port}` } });
    expect(headers['set-cookie']?.[0]).toMatch(/; Secure$/);
    expect((await ask(address, { headers: { host: `evil.test:${window.port}` } })).status).toBe(403);
    const { client, socket, cookie } = await openWindow(address);
    expect(await client.machine.get()).toMatchObject({ platform: 'linux' });
    socket.close();
    const page = await ask(new URL('/', address), { headers: { cookie } });
    expect(page.headers['content-security-policy']).toContain(
      `connect-src 'self' wss://127.0.0.1:${window.port};`,
    );
  });
});

it('leaves nothing open when it stops', async () => {
  const window = await serve();
  const { socket } = await openWindow(window.address('127.0.0.1'));
  const idle = connect(window.port, '127.0.0.1');
  await once(idle, 'connect');
  const closed = [once(socket, 'close'), once(idle, 'close')];
  idle.on('error', () => {});
  await window.stop();
  expect((await closed[0])?.[0]).toBe(1001);
  await closed[1];
  await expect(ask(window.address('127.0.0.1'))).rejects.toThrow('ECONNREFUSED');
});

it('says what the system said when it can not listen', async () => {
  const { port } = await serve();
  await expect(serve({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
