import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogView } from '../contract/views.ts';
import { type FakeIo, fakeIo } from '../testing/fixtures/fake-io.ts';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';
import { eventually } from '../testing/temp.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});
afterEach(() => waypost.remove());

const AT = new Date(2026, 10, 22, 13, 5, 9);
const entry = (id: number, text: string, more: Partial<LogView> = {}): LogView => ({
  id,
  at: AT,
  kind: 'server',
  level: 'info',
  session: '',
  message: '',
  address: '',
  host: '',
  text,
  ...more,
});

describe('log', () => {
  test('as a table and as JSON', async () => {
    waypost.state.log = [entry(1, 'Started\u001b[2J'), entry(2, 'Other')];
    const { out } = await waypost.run(['log', '--grep', 'start', '--limit', '5']);
    expect(out()).toContain('info   server  Started\\x1b[2J\n');
    expect(out()).not.toContain('Other');
    expect(await waypost.json(['log'])).toMatchObject([
      { id: 1, at: AT.toISOString() },
      { id: 2, text: 'Other' },
    ]);
    expect((await waypost.run(['log', '--grep', 'nowhere'])).out()).toBe(
      'No entry of the log contains "nowhere".\n',
    );
  });

  test('the newest of many, part by part', async () => {
    waypost.state.log = Array.from({ length: 5000 }, (_, index) => entry(index + 1, `${index + 1}`));
    const all = (await waypost.json(['log', '--limit', '4500'])) as LogView[];
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 4500 }, (_, index) => index + 501));
    expect((await waypost.json(['log'])) as LogView[]).toHaveLength(1000);
  });

  test.each([[['--session', 'S1', '--follow']], [['--session', 'S1', '--grep', 'x']], [['--limit', '0']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await waypost.run(['log', ...args])).code).toBe(2);
    },
  );
});

describe('log --session', () => {
  test('prints the transcript', async () => {
    const lines = [
      { ms: 0, by: 'note', text: 'Encrypted' },
      { ms: 12, by: 'server', text: '220 mail.test\u001b' },
      { ms: 61_234, by: 'client', text: 'QUIT' },
    ] as const;
    waypost.state.transcripts = [
      {
        session: 'S1',
        direction: 'incoming',
        host: '192.0.2.7',
        startedAt: AT,
        endedAt: AT,
        lines: [...lines],
      },
    ];
    const { out } = await waypost.run(['log', '--session', 'S1']);
    expect(out().split('\n')).toEqual([
      'Session S1 from 192.0.2.7, 2026-11-22 13:05:09 (we are S)',
      '',
      '    0.000  -- Encrypted',
      '    0.012  S: 220 mail.test\\x1b',
      '   61.234  C: QUIT',
      '',
    ]);
    expect(await waypost.json(['log', '--session', 'S1'])).toMatchObject({ session: 'S1', lines });
  });

  test('says when there is none', async () => {
    const { code, err } = await waypost.run(['log', '--session', 'S2']);
    expect([code, err()]).toEqual([1, 'There is no transcript of S2.\n']);
  });
});

describe('log --follow', () => {
  /** Runs it until it has printed the text. */
  async function follow(args: string[], until: string): Promise<{ io: FakeIo; ended: Promise<number> }> {
    const io = fakeIo();
    const ended = waypost.run(['log', '--follow', ...args], io).then(({ code }) => code);
    await eventually(() => io.out().includes(until), { what: `"${until}" in the output` });
    return { io, ended };
  }
  const add = (...entries: LogView[]) => {
    waypost.state.log.push(...entries);
    waypost.state.wakeLog();
  };

  test('begins with the last ten, goes on with what comes, and ends with 0 at Ctrl+C', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `entry ${index}.`);
    waypost.state.log = texts.map((text, index) => entry(index + 1, text));
    const { io, ended } = await follow([], 'entry 11.');
    await eventually(() => waypost.state.asked.some(({ procedure }) => procedure === 'log.live'));
    add(
      entry(13, 'late one', {
        kind: 'message',
        level: 'warning',
        message: 'M1',
        host: '192.0.2.7',
        address: 'a@b',
      }),
    );
    await eventually(() => io.out().includes('late one'));
    io.events.emit('SIGINT');
    expect(await ended).toBe(0);
    expect(io.out().split('\n').slice(0, -1)).toEqual([
      ...texts.slice(2).map((text) => `2026-11-22 13:05:09 info    server   ${text}`),
      '2026-11-22 13:05:09 warning message  [M1 192.0.2.7 a@b] late one',
    ]);
    expect(io.err()).toBe('');
  });

  test('shows what matches, with --json one object a line', async () => {
    waypost.state.log = [entry(1, 'yes 1'), entry(2, 'no')];
    const { io, ended } = await follow(['--grep', 'yes', '--json', '--limit', '5'], 'yes 1');
    await eventually(() => waypost.state.asked.some(({ procedure }) => procedure === 'log.live'));
    add(entry(3, 'no'), entry(4, 'yes 2\u009b'));
    await eventually(() => io.out().includes('yes 2'));
    io.events.emit('SIGTERM');
    expect(await ended).toBe(0);
    const lines = io.out().trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as LogView).id)).toEqual([1, 4]);
    expect(io.out()).not.toContain('\u009b');
    expect(waypost.state.asked).toContainEqual({
      procedure: 'log.live',
      input: { filter: { text: 'yes' }, since: 2 },
    });
  });

  test('says in one sentence when the server goes away', async () => {
    waypost.state.log = [entry(1, 'first')];
    const { io, ended } = await follow([], 'first');
    await eventually(() => waypost.state.asked.some(({ procedure }) => procedure === 'log.live'));
    await waypost.stop();
    expect(await ended).toBe(1);
    expect(io.err()).toBe('Waypost has stopped, so there is nothing to follow any more.\n');
  });

  test('says so when no server is there', async () => {
    await waypost.stop();
    const { code, err } = await waypost.run(['log', '--follow']);
    expect([code, err()]).toEqual([
      1,
      'Waypost is not running on this data folder (start it with: waypost serve).\n',
    ]);
  });
});
