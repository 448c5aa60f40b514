/** Whoever leaves a SmartHost test ends it, wherever it is. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNAS, anna, type Bench, openBench, trialOf } from '../testing/fixtures/smart-host-trial.ts';
import { eventually } from '../testing/temp.ts';
import type { NameService } from './names.ts';
import { testSmartHost } from './smart-host.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.stop());

describe('whoever leaves', () => {
  test('while DNS is asked does not wait for it', async () => {
    const abort = new AbortController();
    const names: NameService = {
      resolveHost: () => new Promise(() => {}),
      resolveMail: () => new Promise(() => {}),
    };
    const trial = trialOf(25, {}, { names, signal: abort.signal });
    await expect(testSmartHost({ ...trial, publish: () => abort.abort() })).rejects.toThrow();
  });

  test.each([
    ['the greeting', { greeting: 'hang' }, undefined],
    ['EHLO', { ehlo: 'hang' }, /^EHLO/],
    ['the handshake', { starttls: 'silent' }, /^STARTTLS/],
    ['the sign-in', { starttls: 'on', auth: { ...ANNAS, reply: 'hang' } }, /^AUTH/],
    ['MAIL', { mail: 'hang' }, /^MAIL/],
    ['the message', { body: 'hang' }, /^DATA/],
  ] as const)('at %s ends it, sockets and all', async (_, script, lastCommand) => {
    const sink = await bench.peer(script);
    const abort = new AbortController();
    const limits = { connect: 60_000, reply: 60_000, handshake: 60_000 };
    const who = 'auth' in script ? anna : {};
    const trial = trialOf(sink.port, who, { signal: abort.signal, limits, sendTo: 'bob@remote.test' });
    const over = testSmartHost({ ...trial, publish: () => {} });
    const hangs = () => {
      const said = sink.sessions[0]?.commands.at(-1);
      return sink.now === 1 && (lastCommand ? lastCommand.test(said ?? '') : said === undefined);
    };
    await eventually(hangs, { what: 'the peer to hang' });
    abort.abort();
    await expect(over).rejects.toThrow();
    await eventually(() => sink.now === 0, { what: 'the connection to end' });
  });
});
