/** What a POP3 session answers about its mailbox, and how it words what it says. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ANNA,
  given,
  locks,
  MESSAGE,
  mailboxes,
  open,
  removed,
  say,
  session,
  signIn,
  stored,
  told,
} from '../testing/fixtures/pop3-session.ts';
import { Pop3Session } from './session.ts';

describe('in the mailbox', () => {
  beforeEach(() => signIn());

  test.each([
    ['STAT', `+OK 3 ${MESSAGE.length + 100}`],
    ['LIST', `+OK 3 messages {1 ${MESSAGE.length}\r\n2 100\r\n3 0\r\n}`],
    ['LIST 2', '+OK 2 100'],
    ['UIDL', '+OK 3 messages {1 a1\r\n2 b2\r\n3 c3\r\n}'],
    ['UIDL 3', '+OK 3 c3'],
    ['LIST 4', '-ERR There is no message 4'],
    ['LIST 0', '-ERR There is no message 0'],
    ['LIST x', '-ERR That is not a message number'],
    ['UIDL 1 2', '-ERR That is not a message number'],
    ['RETR', '-ERR That is not a message number'],
    ['RETR 9', '-ERR There is no message 9'],
    ['RETR 1', `+OK ${MESSAGE.length} octets {${MESSAGE}}`],
    ['RETR 3', '+OK 0 octets {}'],
    ['TOP 1 0', '+OK The top of it {Subject: hello\r\n\r\n}'],
    ['TOP 1 2', '+OK The top of it {Subject: hello\r\n\r\n.first\r\nsecond\r\n}'],
    ['TOP 1 99', `+OK The top of it {${MESSAGE}}`],
    ['TOP 2 0', `+OK The top of it {${'x'.repeat(100)}}`],
    ['TOP 1', '-ERR That is not a message number'],
    ['TOP 1 -1', '-ERR That is not a message number'],
    ['NOOP', '+OK Still here'],
    ['USER bob', '-ERR You are signed in already'],
    ['AUTH PLAIN', '-ERR You are signed in already'],
    ['STLS', '-ERR You are signed in already'],
    ['XYZ', '-ERR Unknown command'],
  ])('%s', async (line, expected) => {
    expect(await say(line)).toBe(expected);
  });

  test('DELE only marks: what is marked is out of sight, and goes at QUIT', async () => {
    expect(await say('DELE 1')).toBe('+OK Message 1 goes at QUIT');
    expect(await say('DELE 1')).toBe('-ERR There is no message 1');
    expect(await say('RETR 1')).toBe('-ERR There is no message 1');
    expect(await say('LIST')).toBe('+OK 2 messages {2 100\r\n3 0\r\n}');
    expect(await say('STAT')).toBe('+OK 2 100');
    expect(removed).toEqual([]);
    expect(await say('QUIT')).toBe('+OK Goodbye -> close');
    expect(removed).toEqual(['a1']);
  });

  test('RSET takes all marks back', async () => {
    await say('DELE 1');
    await say('DELE 2');
    expect(await say('RSET')).toBe(`+OK 3 messages (${MESSAGE.length + 100} octets)`);
    await say('QUIT');
    expect(removed).toEqual([]);
  });

  test('a session that ends without QUIT removes nothing, and gives the mailbox back', async () => {
    await say('DELE 1');
    session.end();
    expect(removed).toEqual([]);
    await signIn(open());
  });

  test('one session at a time', async () => {
    const other = open();
    await say('USER anna@example.com', other);
    expect(await say('PASS secret', other)).toMatch(/^-ERR \[IN-USE\]/);
    await say('QUIT');
    await say('USER anna@example.com', other);
    expect(await say('PASS secret', other)).toMatch(/^\+OK/);
  });

  test('what can’t be removed is told, and is still there', async () => {
    await say('DELE 1');
    given.failing = new Error('disk full');
    expect(await say('QUIT')).toMatch(/^-ERR \[SYS\/TEMP\].* -> close$/);
    expect(stored.has('a1')).toBe(true);
    expect(told.at(-1)).toBe('1 message not removed: disk full');
    given.failing = undefined;
    await signIn(open());
  });

  test('a message that was removed elsewhere meanwhile', async () => {
    stored.delete('a1');
    expect(await say('RETR 1')).toBe('-ERR That message was removed meanwhile');
  });

  test('new mail is for the next session', async () => {
    stored.set('d4', 'new');
    expect(await say('STAT')).toBe(`+OK 3 ${MESSAGE.length + 100}`);
  });
});

test('a fault of ours says so without its text, and the log has it', async () => {
  const broken = new Pop3Session(
    {
      mailboxes: { ...mailboxes, list: () => Promise.reject(new Error('secret detail')) },
      locks,
      hostname: () => 'mail.example.com',
      signIn: async () => ANNA,
      tell: (text) => told.push(text),
    },
    () => given.channel,
  );
  await say('USER anna@example.com', broken);
  expect(await say('PASS secret', broken)).toBe(
    '-ERR [SYS/TEMP] Something went wrong here, please try again later',
  );
  expect(told).toEqual(['Unexpected error: secret detail']);
  // The mailbox is free again.
  await signIn();
});

test('answers are ASCII', async () => {
  const lines = [
    'CAPA',
    'STLS',
    'AUTH',
    'PASS x',
    'LIST',
    'USER anna@example.com',
    'PASS secret',
    'CAPA',
    'QUIT',
  ];
  for (const line of lines) expect(await say(line)).toMatch(/^[\x20-\x7e\r\n]*$/);
});
