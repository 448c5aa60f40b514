/** A private Exim with its own folders and ports, run from the place where its files were unpacked. */
import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../server/testing/temp.ts';
import { end } from './command.ts';
import { eximConfig } from './exim-config.ts';
import { BOXES, EXIM, type Ports } from './layout.ts';
import { maildir } from './maildir.ts';
import { answers, type Peer } from './postfix.ts';

/** Gives a process a view of its own of the file system. */
const UNSHARE = '/usr/bin/unshare';

/** The user `mail`, of every Debian: within Exim's own view of the system it bears the name that Exim asks for. */
const MAIL = 8;

/** Starts Exim in `folder`, with the key and certificate at the paths given. */
export async function startExim(
  program: string,
  folder: string,
  ports: Ports,
  pair: { key: string; cert: string },
): Promise<Peer> {
  const at = (name: string) => join(folder, name);
  for (const each of [folder, at('spool'), at('mail'), at('log')]) {
    await mkdir(each, { recursive: true });
    await chown(each, MAIL, MAIL);
    await chmod(each, 0o755);
  }
  // Exim won't start without its user. It sees these two files in the place of the system's, and nobody else does.
  await writeFile(
    at('passwd'),
    `${await readFile('/etc/passwd', 'utf8')}Debian-exim:x:${MAIL}:${MAIL}::/nonexistent:/usr/sbin/nologin\n`,
  );
  await writeFile(at('group'), `${await readFile('/etc/group', 'utf8')}Debian-exim:x:${MAIL}:\n`);
  await writeFile(at('boxes'), BOXES.map((name) => `${name}: ${name}\n`).join(''));
  await writeFile(at('exim.conf'), eximConfig(program, folder, ports, pair));
  const script =
    'mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group && exec "$1" -bdf -q5s -C "$0/exim.conf"';
  const daemon = spawn(UNSHARE, ['--mount', 'sh', '-c', script, folder, program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  daemon.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const log = async () => (await readFile(at('log/mainlog'), 'utf8').catch(() => '')) + said;
  await eventually(() => answers(EXIM.mx, ports.peers), {
    what: 'Exim to answer',
    timeoutMs: 20_000,
    intervalMs: 200,
  }).catch(async (error: unknown) => {
    await end(daemon);
    throw new Error(`Exim did not start: ${await log()}`, { cause: error });
  });
  return {
    box: (name) => maildir(at('mail'), name),
    log,
    // Its queue runs every five seconds.
    flush: async () => {},
    stop: () => end(daemon),
  };
}
