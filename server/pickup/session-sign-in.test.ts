/** What a POP3 session answers until it has a mailbox. */
import { describe, expect, test } from 'vitest';
import { given, MESSAGE, open, say, session } from '../testing/fixtures/pop3-session.ts';

const NOT_SIGNED_IN = '-ERR Sign in first';

describe('before the sign-in', () => {
  test('greets with its name', () => {
    expect(session.greeting().line).toBe('+OK mail.example.com POP3 ready');
  });

  test.each(['STAT', 'LIST', 'RETR 1', 'DELE 1', 'RSET', 'TOP 1 0', 'UIDL', 'NOOP'])('%s', async (line) => {
    expect(await say(line)).toBe(NOT_SIGNED_IN);
  });

  test.each(['', 'HELLO', 'APOP anna x', 'RETR1'])('%j is unknown', async (line) => {
    expect(await say(line)).toBe('-ERR Unknown command');
  });

  test('USER and PASS', async () => {
    expect(await say('USER anna@example.com')).toBe('+OK Now the password');
    expect(await say('PASS secret')).toBe(`+OK 3 messages (${MESSAGE.length + 100} octets)`);
  });

  test('PASS needs a USER right before it', async () => {
    expect(await say('PASS secret')).toBe('-ERR USER comes before PASS');
    await say('USER anna@example.com');
    await say('CAPA');
    expect(await say('PASS secret')).toBe('-ERR USER comes before PASS');
  });

  test('AUTH PLAIN, at once or after the continuation', async () => {
    const answer = Buffer.from('\0anna@example.com\0secret').toString('base64');
    expect(await say('AUTH')).toBe('+OK These ways there are {PLAIN\r\n}');
    expect(await say('AUTH PLAIN')).toBe('+ ');
    expect(await say(answer)).toMatch(/^\+OK 3 messages/);
    session.end();
    expect(await say(`auth plain ${answer}`, open())).toMatch(/^\+OK 3 messages/);
  });

  test('AUTH PLAIN can be given up, and must be well formed', async () => {
    await say('AUTH PLAIN');
    expect(await say('*')).toBe('-ERR Signing in was given up');
    await say('AUTH PLAIN');
    expect(await say('QUIT')).toMatch(/^-ERR \[AUTH\]/);
    expect(await say('AUTH CRAM-MD5')).toBe('-ERR There is only AUTH PLAIN');
  });

  test('a wrong password says no more than that, and the third ends the connection', async () => {
    for (const [user, end] of [
      ['anna@example.com', ''],
      ['nobody@example.com', ''],
      ['anna@example.com', ' -> close'],
    ]) {
      await say(`USER ${user}`);
      expect(await say('PASS wrong')).toBe(`-ERR [AUTH] Account name or password is wrong${end}`);
    }
  });

  test('without encryption no password is taken, nor asked for', async () => {
    given.channel = { secure: false, canEncrypt: true, maySignIn: false };
    for (const line of ['USER anna@example.com', 'PASS secret', 'AUTH PLAIN'])
      expect(await say(line)).toBe('-ERR [AUTH] Signing in needs encryption: use STLS first');
    expect(await say('CAPA')).not.toMatch(/USER|SASL/);
    expect(await say('CAPA')).toMatch(/\r\nSTLS\r\n/);
    expect(await say('STLS')).toBe('+OK Begin TLS -> encrypt');
  });

  test('STLS where it can’t be', async () => {
    expect(await say('STLS')).toBe('-ERR The connection is encrypted already');
    given.channel = { secure: false, canEncrypt: false, maySignIn: true };
    expect(await say('STLS')).toBe('-ERR Encryption is not offered on this port');
    expect(await say('CAPA')).not.toContain('STLS');
  });
});
