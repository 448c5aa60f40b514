import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});

afterEach(() => waypost.remove());

describe('settings apply', () => {
  const patch = JSON.stringify({ incoming: { maxTotal: 5, maxPerHost: 11 }, nothing: 1 });

  test('prints what it did', async () => {
    const file = join(waypost.folder, 'patch.json');
    await writeFile(file, '{"incoming":{"maxTotal":30}}');
    const { code, out } = await waypost.run(['settings', 'apply', file]);
    expect([code, out()]).toEqual([0, 'The limits changed.\n']);
    expect(waypost.state.settings.incoming.maxTotal).toBe(30);
  });

  test('refused, in JSON', async () => {
    const { code, out } = await waypost.run(['settings', 'apply', '-', '--json'], fakeIo(patch));
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
    const { code, out, err } = await waypost.run(['settings', 'apply', '-'], fakeIo(patch));
    expect([code, out()]).toEqual([1, '']);
    const lines = err().trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('incoming.maxTotal: Total must be a whole number from 10 to 100.');
  });

  test('what is not JSON', async () => {
    const inWords = await waypost.run(['settings', 'apply', '-'], fakeIo('{"a":\n x}'));
    const sentence = 'The text on standard input is not valid JSON: see line 2, column 2, at x}';
    expect([inWords.code, inWords.out(), inWords.err()]).toEqual([1, '', `${sentence}\n`]);
    const inJson = await waypost.run(['settings', 'apply', '-', '--json'], fakeIo('{"a":\n x}'));
    expect(JSON.parse(inJson.out())).toEqual({ error: 'INVALID', issues: [{ path: '', message: sentence }] });
    expect(inJson.code).toBe(1);
  });

  test('show in words tells that a password is set, not which', async () => {
    waypost.state.settings = {
      ...waypost.state.settings,
      smartHost: { ...waypost.state.settings.smartHost, password: null as never },
    };
    const { out } = await waypost.run(['settings', 'show']);
    expect(out()).toMatch(/smartHost\.password +\(set\)\n/);
    expect(out()).toMatch(/incoming\.maxTotal +20 connections\n/);
    expect(out()).toMatch(/delivery\.dnsServers +\(none\)\n/);
  });
});
