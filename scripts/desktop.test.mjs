import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runDesktop, serviceArguments, wantsService } from './desktop.mjs';

describe('what follows `npm start --`', () => {
  test.each([
    [[], false],
    [['--data', '/srv/mail'], false],
    [['--hidden'], false],
    [['--disable-gpu'], false],
    [['--service'], true],
    [['--data', '/srv/mail', '--settings', 'a.json'], true],
    [['--ui', '127.0.0.1:9000'], true],
    [['--ui=127.0.0.1:9000'], true],
    [['--no-ui'], true],
    [['--ui-allow-remote'], true],
    [['--json'], true],
    [['--help'], true],
    [['-V'], true],
  ])('%j asks for the service: %s', (args, wanted) => {
    expect(wantsService(args)).toBe(wanted);
  });

  test('the service gets all but what is not its business', () => {
    expect(serviceArguments(['--service', '--data', '/srv/mail', '--no-ui'])).toEqual([
      '--data',
      '/srv/mail',
      '--no-ui',
    ]);
    // A word that nobody knows is told there, not lost.
    expect(serviceArguments(['--hidden', '--dat', 'x'])).toEqual(['--dat', 'x']);
  });
});

describe('the desktop app', () => {
  /** @type {string} */
  let dataFolder;
  /** @type {string} */
  let said;
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'waypost-desktop-'));
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  /**
   * Runs a program in Electron's place; `running()` makes it tell of itself as the app does.
   * @param {string} code
   */
  const run = (code, trialMs = 20_000) => {
    const running = `const running = (pid = process.pid) => require('node:fs').writeFileSync(
      ${JSON.stringify(join(dataFolder, 'run.json'))}, JSON.stringify({ pid }));`;
    return runDesktop(process.execPath, ['-e', running + code], { dataFolder, trialMs });
  };

  test('ends as it ends, and what it writes is shown', async () => {
    expect(await run('console.error("Receiving."); process.exitCode = 0')).toEqual({ status: 0 });
    expect(said).toBe('Receiving.\n');
  });

  test('that ends at once tells why, in one line', async () => {
    const outcome = await run('console.error("first\\nlibnss3.so is missing"); process.exit(127)');
    expect(outcome).toEqual({ reason: 'Electron ended at once (libnss3.so is missing)' });
    expect(said).toBe('');
  });

  test.skipIf(process.platform === 'win32')('that is killed at once tells so', async () => {
    const outcome = await run('console.error("No usable sandbox!"); process.kill(process.pid, "SIGTRAP")');
    expect(outcome).toEqual({ reason: 'Electron ended at once (No usable sandbox!)' });
  });

  test('that is not there, or no program, tells so', async () => {
    const outcome = await runDesktop('/no/such/electron', [], { dataFolder });
    expect(outcome).toEqual({ reason: "Electron can't be started (spawn /no/such/electron ENOENT)" });
  });

  test('that ran before it failed has run', async () => {
    const ended = await run('running(); console.error("before"); setTimeout(() => process.exit(3), 1500)');
    expect(ended).toEqual({ status: 3 });
    expect(said).toBe('before\n');
  });

  test('a run.json that another process left says nothing', async () => {
    expect(await run('running(1); setTimeout(() => process.exit(3), 1500)')).toEqual({
      reason: 'Electron ended at once (it did not say why)',
    });
  });

  test('that has stayed for a while has run', async () => {
    expect(await run('setTimeout(() => process.exit(3), 2000)', 300)).toEqual({ status: 3 });
  });

  test('that has explained its failure in a window is believed', async () => {
    const words = 'Error (start): Failure: Waypost already runs on this folder.';
    expect(await run(`console.error("${words}"); process.exit(1)`)).toEqual({ status: 1 });
    expect(said).toBe(`${words}\n`);
  });

  test.skipIf(process.platform === 'win32')('that somebody stops is no failure', async () => {
    const outcome = await run(
      'process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1e6); process.kill(process.ppid, "SIGTERM")',
    );
    expect(outcome).toEqual({ status: 5 });
  });

  test('is no Node, whatever the environment says', async () => {
    vi.stubEnv('ELECTRON_RUN_AS_NODE', '1');
    const outcome = await run('process.exitCode = "ELECTRON_RUN_AS_NODE" in process.env ? 9 : 0');
    expect(outcome).toEqual({ status: 0 });
  });
});
