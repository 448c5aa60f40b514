/** What the POP3 server does with clients that are too many, too slow or too long-winded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  certificate,
  connect,
  given,
  greeted,
  logged,
  pop3,
  reads,
  serve,
  signedIn,
  stored,
} from '../testing/fixtures/pop3-served.ts';

describe('whoever does not keep to it', () => {
  test.each(['starttls', 'tls'] as const)('finds no place (%s): told so, and closed', async (security) => {
    given.places = 0;
    await serve({}, security);
    const client = await connect();
    if (security === 'tls') await client.startTls(certificate.cert);
    await client.until(
      /^-ERR \[SYS\/TEMP\] Too many connections from 127\.0\.0\.1 \(5 of 5\), please try again later\r\n/,
    );
    await client.closes();
    given.places = 5;
  });

  test('a line without an end', async () => {
    await serve();
    const client = await greeted();
    client.send('X'.repeat(5000));
    await client.until(/^-ERR That line is too long\r\n/);
    await client.closes();
  });

  test('a third wrong password', async () => {
    await serve();
    const client = await greeted();
    for (let i = 0; i < 3; i++) {
      await client.say('USER anna@example.com');
      expect(await client.say('PASS wrong')).toMatch(/^-ERR \[AUTH\]/);
    }
    await client.closes();
  });

  test('says nothing', async () => {
    await serve({ timing: { idle: 50 } });
    const client = await greeted();
    await client.closes();
  });

  test('begins no TLS', async () => {
    await serve({ timing: { handshake: 50 } }, 'tls');
    const client = await connect();
    await client.closes();
    expect(logged.at(-1)?.text).toMatch(/TLS handshake/);
  });

  test('talks on and on without signing in; whoever has signed in stays', async () => {
    await serve({ timing: { signIn: 300 } });
    const [stranger, anna] = [await greeted(), await signedIn()];
    await expect
      .poll(() => {
        stranger.send('CAPA\r\n');
        return pop3.connections;
      })
      .toBe(1);
    await stranger.closes();
    expect(await anna.say('NOOP')).toBe('+OK Still here\r\n');
  });

  test('does not read: nothing piles up, and in the end it is cut', async () => {
    stored.set('big', Buffer.alloc(64 * 1024 * 1024, 'x\r\n'));
    await serve({ timing: { stall: 300 } });
    const client = await signedIn();
    client.pause();
    client.send('RETR 2\r\n');
    await sleep(150);
    // What the sockets hold is a few megabytes; the rest has not even been read.
    expect(reads).toBeLessThan(64);
    await expect.poll(() => pop3.connections, { timeout: 3000 }).toBe(0);
  });

  test('leaves in the middle: marks are forgotten, and the mailbox is free', async () => {
    await serve();
    const client = await signedIn();
    await client.say('DELE 1');
    client.destroy();
    await expect.poll(() => pop3.connections).toBe(0);
    expect(stored.size).toBe(1);
    await signedIn();
  });
});
