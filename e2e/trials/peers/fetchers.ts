/** fetchmail and mpop, which pick up a mailbox by POP3 and put what they find into a folder. */
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './command.ts';
import { withCrlf } from './maildir.ts';
import type { Security } from './python.ts';

export interface Fetch {
  readonly port: number;
  readonly security: Security;
  readonly user: string;
  readonly password: string;
  /** A folder of its own, which does not exist yet. */
  readonly folder: string;
}

/** Picks up all and deletes it. Resolves to the messages, with the line ends of the wire; rejects when it failed. */
export type Fetcher = (order: Fetch) => Promise<Buffer[]>;

export const fetchmail: Fetcher = async ({ port, security, user, password, folder }) => {
  await mkdir(folder);
  const encryption = {
    none: "sslproto ''",
    starttls: "sslproto 'auto' no sslcertck",
    tls: 'ssl no sslcertck',
  };
  const file = join(folder, 'rc');
  // Without `invisible` and `no rewrite` it would add to the header and change addresses in it.
  const rc = [
    'set invisible',
    `poll 127.0.0.1 protocol pop3 port ${port} uidl`,
    `user '${user}' password '${password}' ${encryption[security]}`,
    `fetchall nokeep no rewrite pass8bits mda 'cat > "$(mktemp ${folder}/message.XXXXXX)"'`,
    '',
  ].join('\n');
  await writeFile(file, rc);
  await chmod(file, 0o600);
  await mustRun('fetchmail', ['--nodetach', '--fetchmailrc', file, '--pidfile', join(folder, 'pid')], {
    env: { FETCHMAILHOME: folder },
  });
  return messagesIn(folder, /^message\./);
};

export const mpop: Fetcher = async ({ port, security, user, password, folder }) => {
  for (const name of ['', 'cur', 'new', 'tmp']) await mkdir(join(folder, name), { recursive: true });
  const switches = {
    none: ['--tls=off'],
    starttls: ['--tls=on', '--tls-starttls=on', '--tls-certcheck=off'],
    tls: ['--tls=on', '--tls-starttls=off', '--tls-certcheck=off'],
  };
  await mustRun('mpop', [
    ...['--file=/dev/null', '--host=127.0.0.1', `--port=${port}`, `--user=${user}`],
    ...[`--passwordeval=echo '${password}'`, '--auth=user', ...switches[security]],
    ...[`--delivery=maildir,${folder}`, `--uidls-file=${join(folder, 'uidls')}`],
    ...['--keep=off', '--received-header=off', '--half-quiet'],
  ]);
  return messagesIn(join(folder, 'new'), /./);
};

async function messagesIn(folder: string, names: RegExp): Promise<Buffer[]> {
  const found = (await readdir(folder)).filter((name) => names.test(name));
  return Promise.all(found.map(async (name) => withCrlf(await readFile(join(folder, name)))));
}
