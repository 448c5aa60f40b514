/** Whole POP3 sessions over real sockets: in clear, encrypted, and to the end of the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testCertificate } from '../testing/certificate.ts';
import {
  certificate,
  connect,
  given,
  greeted,
  mailboxes,
  pop3,
  serve,
  signedIn,
  stored,
} from '../testing/fixtures/pop3-served.ts';

test('a session from greeting to goodbye', async () => {
  await serve();
  const client = await signedIn();
  client.send('RETR 1\r\n');
  expect(await client.until(/^\+OK 20 octets\r\n[\s\S]*\r\n\.\r\n/)).toContain('\r\n\r\n..dot\r\n.\r\n');
  expect(await client.say('DELE 1')).toMatch(/^\+OK/);
  expect(await client.say('QUIT')).toBe('+OK Goodbye\r\n');
  client.end();
  await client.closes();
  expect(stored.size).toBe(0);
});

test('commands sent ahead are answered in turn, however they are cut', async () => {
  await serve();
  const client = await greeted();
  for (const byte of 'USER anna@example.com\r\nPASS secret\r\nSTAT\r\nLIST\r\nUIDL 1\r\nNOOP\r\n')
    client.send(byte);
  await client.until(
    /^\+OK Now the password\r\n\+OK 1 message \(20 octets\)\r\n\+OK 1 20\r\n\+OK 1 message\r\n1 20\r\n\.\r\n\+OK 1 a1\r\n\+OK Still here\r\n/,
  );
});

test('STLS encrypts, and forgets what was sent ahead of it', async () => {
  given.isLoopback = false;
  await serve();
  const client = await greeted();
  expect(await client.say('USER anna@example.com')).toMatch(/^-ERR \[AUTH\]/);
  client.send('STLS\r\nUSER eve@example.com\r\n');
  await client.until(/^\+OK Begin TLS\r\n/);
  await client.startTls(certificate.cert);
  expect(await client.say('PASS secret')).toBe('-ERR USER comes before PASS\r\n');
  await client.say('USER anna@example.com');
  expect(await client.say('PASS secret')).toMatch(/^\+OK/);
});

test('TLS from the first byte', async () => {
  given.isLoopback = false;
  await serve({}, 'tls');
  const client = await connect();
  await client.startTls(certificate.cert);
  await client.until(/^\+OK pop\.test POP3 ready\r\n/);
  await client.say('USER anna@example.com');
  expect(await client.say('PASS secret')).toMatch(/^\+OK/);
  client.send('CAPA\r\n');
  expect(await client.until(/^\+OK[\s\S]*\r\n\.\r\n/)).not.toContain('STLS');
});

test('the newest certificate is presented', async () => {
  await serve({}, 'tls');
  const other = await testCertificate({ names: ['other.test'] });
  pop3.setCertificate(other);
  const client = await connect();
  await expect(client.startTls(certificate.cert)).rejects.toThrow(/self-signed|unable to verify/);
});

test('a message that breaks off closes the connection: half of it must not look whole', async () => {
  await serve({
    mailboxes: {
      ...mailboxes,
      raw: async () => ({ total: 100, read: async (offset) => Buffer.from(offset === 0 ? 'half' : '') }),
    },
  });
  const client = await signedIn();
  client.send('RETR 1\r\n');
  await client.closes();
  await expect(client.until(/\r\n\.\r\n/)).rejects.toThrow();
});

test('the end of the server: between commands at once, in the middle of an answer after it', async () => {
  stored.set('big', Buffer.alloc(8 * 1024 * 1024, 'x\r\n'));
  await serve();
  const [idle, busy] = [await greeted(), await signedIn()];
  busy.pause();
  busy.send('RETR 2\r\n');
  await sleep(50);
  const drained = pop3.drain(5000);
  await idle.closes();
  busy.resume();
  await busy.until(/\r\n\.\r\n$/);
  await drained;
  await busy.closes();
  const late = await connect();
  await late.until(/^-ERR \[SYS\/TEMP\] Waypost is stopping/);
});
