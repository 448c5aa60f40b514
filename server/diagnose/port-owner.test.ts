import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { canListenOn, portOf, unusedPort } from '../testing/ports.ts';
import { portOwner } from './port-owner.ts';

const linux = process.platform === 'linux';

/** A process that listens on a port the system chose, until it is stopped. */
async function listeningChild(host: string) {
  const script = `const s = require('node:net').createServer().listen(0, ${JSON.stringify(host)}, () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  return { pid: child.pid, port: Number(String(line)), stop };
}

it.runIf(linux).each(['127.0.0.1', '::1', '::'])('names the program that listens on %s', async (host) => {
  if (!(await canListenOn(host))) return;
  const child = await listeningChild(host);
  try {
    expect(await portOwner(child.port)).toBe(`node (pid ${child.pid})`);
  } finally {
    await child.stop();
  }
  expect(await portOwner(child.port)).toBeUndefined();
});

it('knows nobody for a port nobody has', async () => {
  expect(await portOwner(await unusedPort('127.0.0.1'))).toBeUndefined();
});

it.runIf(linux)('knows itself, and does not take a mere connection for a listener', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const child = spawn(
    process.execPath,
    ['--eval', `require('node:net').connect(${port}, '127.0.0.1', () => console.log('connected'))`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  expect(await portOwner(port)).toBe('Waypost itself');
  const closed = new Promise((resolve) => server.close(resolve));
  child.kill();
  await closed;
});
