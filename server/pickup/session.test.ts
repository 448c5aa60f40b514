import { beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../store/directory.ts';
import { MailboxLocks, type MailStore } from './maildrop.ts';
import { Pop3Session } from './session.ts';
import { type Channel, SignInRefused } from './session-context.ts';

const ANNA = { id: 1, address: 'anna@example.com' } as Account;
const MESSAGE = 'Subject: hello\r\n\r\n.first\r\nsecond\r\nthird\r\n';

let stored: Map<string, string>;
let removed: string[];
let failing: Error | undefined;
let told: string[];
let locks: MailboxLocks;
let channel: Channel;
let session: Pop3Session;

const store: MailStore = {
  list: async () =>
    [...stored].map(([id, text]) => ({ id, from: '', subject: '', size: text.length, receivedAt: 0 })),
  raw: async (_, id) => {
    const text = stored.get(id);
    return text === undefined
      ? undefined
      : {
          total: text.length,
          read: async (offset, length) => Buffer.from(text).subarray(offset, offset + length),
        };
  },
  remove: async (_, ids) => {
    if (failing) throw failing;
    removed.push(...ids);
    for (const id of ids) stored.delete(id);
    return ids.length;
  },
};

function open(): Pop3Session {
  return new Pop3Session(
    {
      mailboxes: store,
      locks,
      hostname: () => 'mail.example.com',
      signIn: async (user, password) => {
        if (user === 'anna@example.com' && password === 'secret') return ANNA;
        throw new SignInRefused('[AUTH] Account name or password is wrong');
      },
      tell: (text) => told.push(text),
    },
    () => channel,
  );
}

beforeEach(() => {
  stored = new Map([
    ['a1', MESSAGE],
    ['b2', 'x'.repeat(100)],
    ['c3', ''],
  ]);
  removed = [];
  failing = undefined;
  told = [];
  locks = new MailboxLocks();
  channel = { secure: true, canEncrypt: true, maySignIn: true };
  session = open();
});

/** Sends a line and returns the answer as one text, its content in brackets. */
async function say(line: string, to = session): Promise<string> {
  const { line: first, body, next } = await to.answer(line);
  const parts: Buffer[] = [];
  if (body) for await (const part of body) parts.push(part);
  const content = body ? ` {${Buffer.concat(parts).toString()}}` : '';
  return `${first}${content}${next ? ` -> ${next}` : ''}`;
}

async function signIn(to = session): Promise<void> {
  await say('USER anna@example.com', to);
  expect(await say('PASS secret', to)).toMatch(/^\+OK/);
}

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
    channel = { secure: false, canEncrypt: true, maySignIn: false };
    for (const line of ['USER anna@example.com', 'PASS secret', 'AUTH PLAIN'])
      expect(await say(line)).toBe('-ERR [AUTH] Signing in needs encryption: use STLS first');
    expect(await say('CAPA')).not.toMatch(/USER|SASL/);
    expect(await say('CAPA')).toMatch(/\r\nSTLS\r\n/);
    expect(await say('STLS')).toBe('+OK Begin TLS -> encrypt');
  });

  test('STLS where it can’t be', async () => {
    expect(await say('STLS')).toBe('-ERR The connection is encrypted already');
    channel = { secure: false, canEncrypt: false, maySignIn: true };
    expect(await say('STLS')).toBe('-ERR Encryption is not offered on this port');
    expect(await say('CAPA')).not.toContain('STLS');
  });
});

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
    failing = new Error('disk full');
    expect(await say('QUIT')).toMatch(/^-ERR \[SYS\/TEMP\].* -> close$/);
    expect(stored.has('a1')).toBe(true);
    expect(told.at(-1)).toBe('1 message not removed: disk full');
    failing = undefined;
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
      mailboxes: { ...store, list: () => Promise.reject(new Error('secret detail')) },
      locks,
      hostname: () => 'mail.example.com',
      signIn: async () => ANNA,
      tell: (text) => told.push(text),
    },
    () => channel,
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
