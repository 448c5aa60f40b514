/** A private Postfix with its own folders and ports, and the greylisting that it asks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { readBytes } from '../../../server/testing/byte-reader.ts';
import { connectSmtp } from '../../../server/testing/smtp-client.ts';
import { eventually } from '../../../server/testing/temp.ts';
import { end, mustRun } from './command.ts';
import { POSTFIX, type Ports, RELAY } from './layout.ts';
import { type Inbox, maildir } from './maildir.ts';
import { postfixConfig, saslAccount } from './postfix-config.ts';

/** A mail server of strangers, running. */
export interface Peer {
  box(name: string): Inbox;
  /** What it logged so far. */
  log(): Promise<string>;
  /** Tries again what waits. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const NOBODY = 65_534;

/** Starts Postfix in `folder`, with the key and certificate at the paths given. */
export async function startPostfix(
  folder: string,
  ports: Ports,
  pair: { key: string; cert: string },
): Promise<Peer> {
  const at = (name: string) => join(folder, name);
  const folders = {
    config: at('config'),
    spool: at('spool'),
    state: at('state'),
    mail: at('mail'),
    log: at('log/postfix.log'),
  };
  for (const each of [
    folder,
    folders.config,
    at('config/sasl'),
    folders.spool,
    folders.state,
    folders.mail,
    at('log'),
  ]) {
    await mkdir(each, { recursive: true });
    await chmod(each, 0o755);
  }
  await chown(folders.mail, NOBODY, NOBODY);
  const postfixId = Number((await mustRun('id', ['-u', 'postfix'])).toString());
  await chown(folders.state, postfixId, postfixId);
  for (const [name, content] of Object.entries(postfixConfig(folders, ports, pair)))
    await writeFile(join(folders.config, name), content);
  await mustRun('saslpasswd2', saslAccount(folders.config), { input: RELAY.password });
  await chown(join(folders.config, 'sasldb2'), postfixId, 0);
  // Makes the folders of the spool, and refuses what would not work.
  await mustRun('postfix', ['-c', folders.config, 'check']);

  const stopGreylisting = await startGreylisting(ports.policy);
  // In the foreground: so it ends with this process, by its id, and takes its own with it.
  const master = spawn('/usr/lib/postfix/sbin/master', ['-d', '-c', folders.config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  master.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  await eventually(() => answers(POSTFIX.mx, ports.peers), {
    what: `Postfix to answer; it said: ${said}`,
    timeoutMs: 20_000,
    intervalMs: 200,
  });
  return {
    box: (name) => maildir(folders.mail, name),
    log: () => readFile(folders.log, 'utf8').catch(() => ''),
    flush: async () => void (await mustRun('postqueue', ['-c', folders.config, '-f'])),
    stop: async () => {
      await end(master);
      await stopGreylisting();
    },
  };
}

/** Whether an SMTP server greets at this place. */
export async function answers(host: string, port: number): Promise<boolean> {
  const client = await connectSmtp({ host, port });
  const { code } = await client.quit();
  return code === 221;
}

/**
 * Greylisting as Postfix' policy protocol has it: who comes for the first time hears 450, the same sender and recipient
 * the next time are let through.
 */
async function startGreylisting(port: number): Promise<() => Promise<void>> {
  const seen = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    void converse(socket);
  });
  async function converse(socket: Socket): Promise<void> {
    const reader = readBytes(socket);
    let asked: string[] = [];
    for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
      if (line !== '') {
        asked.push(line);
        continue;
      }
      const key = asked.filter((each) => /^(sender|recipient)=/.test(each)).join();
      socket.write(`action=${seen.has(key) ? 'dunno' : '450 4.2.0 Greylisted, come back later'}\n\n`);
      seen.add(key);
      asked = [];
    }
  }
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
}
