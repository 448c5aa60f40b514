import { expect, test } from 'vitest';
import { runChild } from './child.mjs';

/** @param {string} code */
const run = (code) => runChild(process.execPath, ['-e', code], { quiet: true });

test('the exit code is the child’s', async () => {
  expect((await run('process.exit(7)')).status).toBe(7);
});

test.skipIf(process.platform === 'win32')('a signal counts as 128 and its number', async () => {
  expect((await run('process.kill(process.pid, "SIGKILL")')).status).toBe(137);
  expect((await run('process.kill(process.pid, "SIGTERM")')).status).toBe(143);
});

test('a quiet child’s output is kept', async () => {
  const { output } = await run('console.log("out"); console.error("err")');
  expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
});

test('a program that is not there is an error', async () => {
  await expect(runChild('/no/such/program', [])).rejects.toThrow('ENOENT');
});

test.skipIf(process.platform === 'win32')(
  'a signal to this process is passed on, and waited for',
  async () => {
    const ended = run(
      'process.on("SIGTERM", () => setTimeout(() => process.exit(3), 50)); setInterval(() => {}, 1e3); process.kill(process.ppid, "SIGTERM")',
    );
    expect(await ended).toMatchObject({ status: 3, interrupted: 'SIGTERM' });
  },
);

test.skipIf(process.platform === 'win32')('one wish by several ways is passed on once', async () => {
  const { output } = await run(`
    let count = 0;
    const onSignal = () => {
      count++;
      if (count === 1) setTimeout(() => process.exit(console.log(count)), 500);
    };
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGTERM']) process.kill(process.ppid, signal);
    setInterval(() => {}, 1e6);`);
  expect(output).toBe('1\n');
});
