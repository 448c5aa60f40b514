import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});

afterEach(() => waypost.remove());

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
    [['serve', '--ui', '8025'], 'Use --ui with an address and a port, such as 127.0.0.1:8025 or [::1]:8025.'],
    [['serve', '--ui', '127.0.0.1:65536'], 'Use --ui with an address and a port'],
    [['serve', '--ui', '0.0.0.0:8025'], 'Other machines could reach 0.0.0.0:8025.'],
    [['pause'], "Missing required argument 'direction'"],
    [['resume', 'all'], 'Allowed choices are incoming, outgoing.'],
  ])('%j is wrong usage', async (args, sentence) => {
    const { code, out, err } = await waypost.run(args);
    expect(err()).toContain(sentence);
    expect(err().trimEnd().split('\n')).toHaveLength(1);
    expect([code, out()]).toEqual([2, '']);
  });

  test('not running', async () => {
    await waypost.stop();
    for (const args of [['status'], ['queue', 'list', '--json'], ['mail', 'show', 'a@example.com', '1']]) {
      const { code, out, err } = await waypost.run(args);
      const sentence = 'Waypost is not running on this data folder (start it with: waypost serve).\n';
      expect([code, out(), err()]).toEqual([1, '', sentence]);
    }
  });

  test('an internal error', async () => {
    waypost.state.beforeStatus = () => {
      throw new Error('secret detail');
    };
    const { code, err } = await waypost.run(['status']);
    expect([code, err()]).toEqual([1, 'Waypost met an internal error; its log says more.\n']);
  });

  test('an older server', async () => {
    const older = await startFakeWaypost({} as never);
    expect((await older.run(['status'])).err()).toContain('does not know this command');
    await older.remove();
  });
});

test('help and version go to standard output', async () => {
  const { code, out, err } = await waypost.run(['account', 'add', '--help']);
  expect([code, err()]).toEqual([0, '']);
  expect(out()).toContain('--password-stdin');
  expect(out()).toContain('--data <dir>');
  expect((await waypost.run(['--version'])).out()).toMatch(/^\d+\.\d+\.\d+\n$/);
});
