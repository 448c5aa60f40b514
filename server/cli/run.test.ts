import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { serveControl } from '../web/control.ts';
import { controlPath } from '../web/control-path.ts';
import { type FakeState, fakeRouter, fakeState, PART_BYTES } from '../web/fake-api.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';
import { run } from './run.ts';

let folder: TemporaryFolder;
let state: FakeState;
let stop: () => Promise<void>;

beforeEach(async () => {
  folder = await temporaryFolder();
  state = fakeState();
  stop = await serveControl(controlPath(folder.path), fakeRouter(state), {}, { log: () => {} });
});

afterEach(async () => {
  await stop();
  await folder.remove();
});

interface Ran extends FakeIo {
  readonly code: number;
}

async function waypost(args: string[], io = fakeIo()): Promise<Ran> {
  const code = await run(['--data', folder.path, ...args], io);
  return { ...io, code };
}

/** Runs with --json and gives what that printed. */
async function json(args: string[], io = fakeIo()): Promise<unknown> {
  const { code, out, err } = await waypost([...args, '--json'], io);
  expect(err()).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out());
}

const receivedAt = new Date('2026-11-22T12:00:00Z');
const mail = { id: '1', from: 'a@example.net', subject: 'Hello', size: 1000, receivedAt };
const recipient = {
  id: '9',
  from: 'a@example.com',
  to: 'b@example.net',
  state: 'deferred',
  attempts: 1,
  nextAttemptAt: receivedAt,
  lastReply: null,
  route: 'direct',
  size: 1000,
} as const;

describe('json', () => {
  test('status', async () => {
    expect(await json(['status'])).toEqual(state.status);
  });

  test('mail list', async () => {
    state.mails = [mail];
    expect(await json(['mail', 'list', 'b@example.com'])).toEqual([
      { ...mail, receivedAt: '2026-11-22T12:00:00.000Z' },
    ]);
  });

  test('queue list', async () => {
    state.queue = [recipient];
    expect(await json(['queue', 'list'])).toEqual([
      { ...recipient, nextAttemptAt: '2026-11-22T12:00:00.000Z' },
    ]);
  });

  test('empty lists are empty arrays', async () => {
    expect(await json(['queue', 'list'])).toEqual([]);
    expect(await json(['account', 'list'])).toEqual([]);
    expect(await json(['mail', 'list', 'b@example.com'])).toEqual([]);
    expect(await json(['log'])).toEqual([]);
  });

  test('what settings show prints can be applied', async () => {
    const shown = await waypost(['settings', 'show', '--json']);
    expect(JSON.parse(shown.out())).toEqual(state.settings);
    const applied = await json(['settings', 'apply', '-'], fakeIo(shown.out()));
    expect(applied).toEqual({ revision: 2, sentences: ['The limits changed.'], settings: state.settings });
  });

  test('control characters stay escaped', async () => {
    state.mails = [{ ...mail, subject: '\u001b[0m\u009b\u007f\u2028' }];
    const { out } = await waypost(['mail', 'list', 'b@example.com', '--json']);
    expect(out()).toContain('\\u001b[0m\\u009b\\u007f\\u2028');
    expect(JSON.parse(out())[0].subject).toBe('\u001b[0m\u009b\u007f\u2028');
  });

  test('--json and --data may stand anywhere', async () => {
    for (const args of [
      ['--json', '--data', folder.path, 'queue', 'list'],
      ['queue', '--json', `--data=${folder.path}`, 'list'],
      ['queue', 'list', '--data', folder.path, '--json'],
    ]) {
      const io = fakeIo();
      expect([await run(args, io), io.out()]).toEqual([0, '[]\n']);
    }
  });

  test('WAYPOST_DATA names the folder where --data does not', async () => {
    const io = fakeIo('', { WAYPOST_DATA: folder.path });
    expect([await run(['queue', 'list', '--json'], io), io.out()]).toEqual([0, '[]\n']);
  });
});

describe('accounts', () => {
  const add = ['account', 'add', 'a@example.com', '--password-stdin'];

  test('add, set, passwd, list, remove', async () => {
    const added = await json(
      [...add, '--alias', 'b@example.com', '--quota', '50', '--alias', 'c@example.com'],
      fakeIo('secret\n'),
    );
    const account = { address: 'a@example.com', aliases: ['b@example.com', 'c@example.com'], quotaMB: 50 };
    expect(added).toMatchObject({ ...account, enabled: true, lastSignIn: null });
    expect(state.passwords.get('a@example.com')).toBe('secret');

    expect(await json(['account', 'set', 'a@example.com', '--disable'])).toMatchObject({
      ...account,
      enabled: false,
    });
    expect(
      await json(['account', 'set', 'a@example.com', '--no-alias', '--enable', '--quota', '0']),
    ).toMatchObject({
      aliases: [],
      enabled: true,
      quotaMB: 0,
    });
    expect(
      await json(['account', 'passwd', 'a@example.com', '--password-stdin'], fakeIo('other')),
    ).toMatchObject({
      address: 'a@example.com',
    });
    expect(state.passwords.get('a@example.com')).toBe('other');
    expect(await json(['account', 'list'])).toHaveLength(1);
    expect(await json(['account', 'remove', 'a@example.com'])).toEqual({
      address: 'a@example.com',
      removedMessages: 2,
    });
  });

  test('in words', async () => {
    const { out } = await waypost(add, fakeIo('secret'));
    expect(out()).toBe('Added a@example.com.\n');
    expect((await waypost(['account', 'list'])).out()).toContain('a@example.com');
    expect((await waypost(['account', 'remove', 'a@example.com'])).out()).toBe(
      'Removed a@example.com with 2 messages.\n',
    );
  });

  test('an error of the contract is one line', async () => {
    await waypost(add, fakeIo('secret'));
    const { code, out, err } = await waypost([...add, '--json'], fakeIo('secret'));
    expect([code, out(), err()]).toEqual([1, '', 'a@example.com is there already.\n']);
  });

  test('an empty password is refused before anything is asked', async () => {
    const { code, err } = await waypost(add, fakeIo('\n'));
    expect([code, err()]).toEqual([1, 'The password on standard input is empty.\n']);
    expect(state.accounts).toEqual([]);
  });
});

describe('settings apply', () => {
  const patch = JSON.stringify({ incoming: { maxTotal: 5, maxPerHost: 11 }, nothing: 1 });

  test('prints what it did', async () => {
    const file = join(folder.path, 'patch.json');
    await writeFile(file, '{"incoming":{"maxTotal":30}}');
    const { code, out } = await waypost(['settings', 'apply', file]);
    expect([code, out()]).toEqual([0, 'The limits changed.\n']);
    expect(state.settings.incoming.maxTotal).toBe(30);
  });

  test('refused, in JSON', async () => {
    const { code, out } = await waypost(['settings', 'apply', '-', '--json'], fakeIo(patch));
    expect(code).toBe(1);
    expect(JSON.parse(out())).toEqual({
      error: 'INVALID',
      issues: [
        { path: 'nothing', message: expect.stringContaining('There is no setting') },
        { path: 'incoming.maxTotal', message: 'Total must be a whole number from 10 to 100.' },
        { path: 'incoming.maxPerHost', message: expect.stringContaining('From a Single Host must be') },
      ],
    });
  });

  test('refused, in words: one line per issue', async () => {
    const { code, out, err } = await waypost(['settings', 'apply', '-'], fakeIo(patch));
    expect([code, out()]).toEqual([1, '']);
    const lines = err().trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('incoming.maxTotal: Total must be a whole number from 10 to 100.');
  });

  test('what is not JSON', async () => {
    const inWords = await waypost(['settings', 'apply', '-'], fakeIo('{"a":\n x}'));
    const sentence = 'The text on standard input is not valid JSON: see line 2, column 2, at x}';
    expect([inWords.code, inWords.out(), inWords.err()]).toEqual([1, '', `${sentence}\n`]);
    const inJson = await waypost(['settings', 'apply', '-', '--json'], fakeIo('{"a":\n x}'));
    expect(JSON.parse(inJson.out())).toEqual({ error: 'INVALID', issues: [{ path: '', message: sentence }] });
    expect(inJson.code).toBe(1);
  });

  test('show in words tells that a password is set, not which', async () => {
    state.settings = {
      ...state.settings,
      smartHost: { ...state.settings.smartHost, password: null as never },
    };
    const { out } = await waypost(['settings', 'show']);
    expect(out()).toMatch(/smartHost\.password +\(set\)\n/);
    expect(out()).toMatch(/incoming\.maxTotal +20 connections\n/);
    expect(out()).toMatch(/delivery\.dnsServers +\(none\)\n/);
  });
});

describe('queue and log', () => {
  test.each([
    ['retry', [], { ids: [] }, 'Trying 1 recipient again now.'],
    ['retry', ['9'], { ids: ['9'] }, 'Trying 1 recipient again now.'],
    ['hold', ['9'], { ids: ['9'] }, 'Holding 1 recipient.'],
    ['release', ['9'], { ids: ['9'] }, 'Released 1 recipient.'],
    ['remove', ['9'], { ids: ['9'] }, 'Removed 1 recipient from the queue.'],
  ])('queue %s %j', async (name, ids, input, sentence) => {
    state.queue = [recipient];
    const { code, out } = await waypost(['queue', name, ...ids]);
    expect([code, out()]).toEqual([0, `${sentence}\n`]);
    expect(state.asked).toEqual([{ procedure: name, input }]);
    expect(await json(['queue', name, ...ids])).toEqual({ count: 1 });
  });

  test('an id that is not there', async () => {
    const { code, err } = await waypost(['queue', 'hold', '77']);
    expect([code, err().trimEnd().split('\n')]).toEqual([1, [expect.any(String)]]);
  });

  test('log', async () => {
    const entry = { id: 1, at: receivedAt, kind: 'server', level: 'info', session: '', message: '' } as const;
    state.log = [{ ...entry, address: '', host: '', text: 'Started\u001b[2J' }];
    const { out } = await waypost(['log', '--grep', 'Start', '--limit', '5']);
    expect(out()).toContain('info   server  Started\\x1b[2J\n');
    expect(await json(['log'])).toMatchObject([{ id: 1, at: '2026-11-22T12:00:00.000Z' }]);
    expect(state.asked.map(({ input }) => input)).toEqual([{ text: 'Start', limit: 5 }, { limit: 1000 }]);
  });
});

describe('mail show', () => {
  const show = ['mail', 'show', 'a@example.com', 'm'];

  test('writes the message byte for byte, part by part', async () => {
    const bytes = randomBytes(2 * PART_BYTES + 17);
    state.raw.set('m', bytes);
    const chunks: Buffer[] = [];
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        // Before this part is taken the next one is not asked for.
        expect(state.asked).toHaveLength(chunks.length);
        setTimeout(done, 20);
      },
    });
    const { code } = await waypost(show, { ...fakeIo(), stdout });
    expect(code).toBe(0);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('ends quietly when nobody reads any more', async () => {
    state.raw.set('m', randomBytes(5 * PART_BYTES));
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const { code, err } = await waypost(show, { ...fakeIo(), stdout });
    expect([code, err()]).toEqual([0, '']);
    expect(state.asked).toHaveLength(1);
  });

  test('of nothing', async () => {
    const { code, out, err } = await waypost(show);
    expect([code, out(), err()]).toEqual([1, '', 'There is no message m.\n']);
  });
});

describe('errors', () => {
  test.each([
    [[], 'Say what to do; see: waypost --help'],
    [['queue'], 'Say what to do; see: waypost --help'],
    [['nonsense'], "Unknown command 'nonsense'"],
    [['statsu'], "Unknown command 'statsu' (Did you mean status?)"],
    [['queue', 'nonsense'], "Unknown command 'nonsense'"],
    [['status', '--nonsense'], "Unknown option '--nonsense'"],
    [['status', 'nonsense'], "Too many arguments for 'status'. Expected 0 arguments but got 1"],
    [['mail', 'list'], "Missing required argument 'address'"],
    [['queue', 'hold'], "Missing required argument 'id'"],
    [['account', 'add', 'a@example.com'], "Required option '--password-stdin' not specified"],
    [['log', '--limit', '0'], 'Use a whole number from 1 to 100000.'],
    [['account', 'set', 'a@example.com'], 'Say what to change'],
    [['account', 'set', 'a@example.com', '--enable', '--disable'], 'cannot be used with'],
    [['account', 'set', 'a@example.com', '--quota', '-1'], 'Use a whole number'],
    [['serve', '--ui', '127.0.0.1:8025'], 'The settings window is not part of this version yet.'],
    [['log', '--follow'], "Unknown option '--follow'"],
  ])('%j is wrong usage', async (args, sentence) => {
    const { code, out, err } = await waypost(args);
    expect(err()).toContain(sentence);
    expect(err().trimEnd().split('\n')).toHaveLength(1);
    expect([code, out()]).toEqual([2, '']);
  });

  test('not running', async () => {
    await stop();
    for (const args of [['status'], ['queue', 'list', '--json'], ['mail', 'show', 'a@example.com', '1']]) {
      const { code, out, err } = await waypost(args);
      const sentence = 'Waypost is not running on this data folder (start it with: waypost serve).\n';
      expect([code, out(), err()]).toEqual([1, '', sentence]);
    }
  });

  test('an internal error', async () => {
    state.beforeStatus = () => {
      throw new Error('secret detail');
    };
    const { code, err } = await waypost(['status']);
    expect([code, err()]).toEqual([1, 'Waypost met an internal error; its log says more.\n']);
  });

  test('an older server', async () => {
    await stop();
    stop = await serveControl(controlPath(folder.path), {} as never, {}, { log: () => {} });
    expect((await waypost(['status'])).err()).toContain('does not know this command');
  });
});

test('help and version go to standard output', async () => {
  const { code, out, err } = await waypost(['account', 'add', '--help']);
  expect([code, err()]).toEqual([0, '']);
  expect(out()).toContain('--password-stdin');
  expect(out()).toContain('--data <dir>');
  expect((await waypost(['--version'])).out()).toMatch(/^\d+\.\d+\.\d+\n$/);
});
