/**
 * A private Postfix: its own configuration, queue, log, ports and mailboxes in a folder of ours, beside the system's,
 * which is not touched. It needs root, as Postfix does.
 *
 * It is as durable as it comes: cleanup(8) syncs the queue file before its 250, virtual(8) the file in the Maildir.
 * Whatever would hold it back without making it safer is raised or turned off.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { unusedPort } from '../server/testing/ports.ts';
import { type BenchServer, greeted, LOCAL } from './server.ts';

const run = promisify(execFile);
const DAEMONS = '/usr/lib/postfix/sbin';
/** Nothing more comes when nothing has come for so long, in ms. */
const STALL_MS = 60_000;

/** Whether there is a Postfix that we may start. */
export function hasPostfix(): boolean {
  return existsSync('/usr/sbin/postfix') && existsSync(DAEMONS) && process.getuid?.() === 0;
}

/** What it says of itself, such as 3.7.11. */
export async function postfixVersion(): Promise<string> {
  const { stdout } = await run('/usr/sbin/postconf', ['-d', '-h', 'mail_version']);
  return stdout.trim();
}

export async function startPostfix(folder: string, sinkPort: number): Promise<BenchServer> {
  const port = await unusedPort('127.0.0.1');
  const [config, queue, data, mail] = ['config', 'queue', 'data', 'mail'].map((one) => join(folder, one)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [config, queue, data, mail]) await mkdir(path, { recursive: true });
  const owner = { uid: await idOf('-u', 'postfix'), gid: await idOf('-g', 'postfix') };
  for (const path of [data, mail]) await chown(path, owner.uid, owner.gid);
  // Its daemons are no longer root when they look for their files.
  await chmod(folder, 0o755);

  const configure = async (connections: number) => {
    const lines = Object.entries(main(folder, owner, sinkPort, connections));
    await writeFile(join(config, 'main.cf'), lines.map(([name, value]) => `${name} = ${value}\n`).join(''));
  };
  const postfix = (...args: string[]) => run('/usr/sbin/postfix', ['-c', config, ...args]);
  await configure(2);
  await writeFile(join(config, 'master.cf'), services(port));
  await postfix('start');
  await greeted(port);

  const mailbox = join(mail, 'load');
  let rounds = 0;
  return {
    name: 'Postfix',
    port,
    delivered: async (messages) => {
      const begun = performance.now();
      let seen = 0;
      let movedAt = begun;
      for (;;) {
        const now = await filesIn(join(mailbox, 'new'));
        if (now >= messages) break;
        if (now > seen) [seen, movedAt] = [now, performance.now()];
        if (performance.now() - movedAt > STALL_MS)
          throw new Error(`The mailbox got ${now} messages, not ${messages}.`);
        await sleep(20);
      }
      const seconds = (performance.now() - begun) / 1000;
      // A folder of its own for each round: one that grows all the time would slow it.
      await rename(mailbox, join(mail, `round-${rounds++}`));
      return seconds;
    },
    relayBy: async (connections) => {
      await configure(connections);
      await postfix('reload');
      await sleep(1000);
      await greeted(port);
    },
    memoryMB: async () => memoryOf(Number(await readFile(join(queue, 'pid', 'master.pid'), 'utf8'))),
    stop: async () => {
      await postfix('stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** main.cf. */
function main(
  folder: string,
  { uid, gid }: { uid: number; gid: number },
  sinkPort: number,
  connections: number,
): Record<string, string | number> {
  return {
    compatibility_level: 3.6,
    config_directory: join(folder, 'config'),
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    daemon_directory: DAEMONS,
    command_directory: '/usr/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'mail.waypost.test',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    mydestination: '',
    alias_maps: '',
    local_recipient_maps: '',
    // It keeps a log, as Waypost does.
    maillog_file: join(folder, 'data', 'postfix.log'),
    maillog_file_prefixes: folder,
    virtual_mailbox_domains: LOCAL.slice(LOCAL.indexOf('@') + 1),
    virtual_mailbox_base: join(folder, 'mail'),
    virtual_mailbox_maps: 'static:load/',
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_minimum_uid: 1,
    virtual_mailbox_limit: 0,
    virtual_destination_concurrency_limit: 50,
    virtual_destination_recipient_limit: 1,
    mailbox_size_limit: 0,
    message_size_limit: 0,
    relayhost: `[127.0.0.1]:${sinkPort}`,
    disable_dns_lookups: 'yes',
    smtp_tls_security_level: 'none',
    smtpd_tls_security_level: 'none',
    smtp_destination_concurrency_limit: connections,
    smtp_initial_destination_concurrency: connections,
    initial_destination_concurrency: connections,
    smtp_connection_cache_destinations: `[127.0.0.1]:${sinkPort}`,
    smtp_connection_reuse_count_limit: 0,
    default_process_limit: 200,
    max_use: 10_000,
    in_flow_delay: 0,
    qmgr_message_active_limit: 100_000,
    qmgr_message_recipient_limit: 100_000,
    smtpd_client_connection_count_limit: 0,
    smtpd_client_connection_rate_limit: 0,
    smtpd_client_message_rate_limit: 0,
    smtpd_client_recipient_rate_limit: 0,
    smtpd_client_event_limit_exceptions: 'static:all',
    smtpd_peername_lookup: 'no',
    smtpd_recipient_restrictions: 'permit_mynetworks,reject',
    smtpd_relay_restrictions: 'permit_mynetworks,reject',
    fast_flush_domains: '',
  };
}

/** master.cf: no more than what is needed, without chroot. */
function services(port: number): string {
  return [
    `127.0.0.1:${port} inet n - n - 200 smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}

async function idOf(kind: '-u' | '-g', user: string): Promise<number> {
  const { stdout } = await run('id', [kind, user]);
  return Number(stdout);
}

async function filesIn(folder: string): Promise<number> {
  return (await readdir(folder).catch(() => [])).length;
}

/** Memory of a process and its children in MB; what they share is divided among them. */
async function memoryOf(pid: number): Promise<number> {
  const children = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({ stdout: '' }));
  const pids = [pid, ...children.stdout.split('\n').filter(Boolean).map(Number)];
  const sizes = await Promise.all(
    pids.map(async (one) => {
      const rollup = await readFile(`/proc/${one}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
