/** Waypost and its peers, running together, and the ways to send by them and to see what arrived. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SettingsPatch } from '../../../server/contract/settings.ts';
import { testCertificate } from '../../../server/testing/certificate.ts';
import { eventually, temporaryFolder } from '../../../server/testing/temp.ts';
import { type Service, startService } from '../../service.ts';
import { mustRun } from './command.ts';
import { startExim } from './exim.ts';
import {
  ACCOUNTS,
  CERTIFIED,
  choosePorts,
  EXIM,
  INJECTOR,
  POSTFIX,
  type Ports,
  SOURCES,
  zone,
} from './layout.ts';
import { type Inbox, inbox } from './maildir.ts';
import { type Mail, type MailOptions, mailMaker } from './messages.ts';
import { type Peer, startPostfix } from './postfix.ts';
import { getPrograms } from './programs.ts';
import { type Python, type PythonRead, type PythonSend, type PythonSent, python } from './python.ts';

export type PeerName = 'postfix' | 'exim';

export interface Stage {
  readonly folder: string;
  readonly versions: readonly string[];
  readonly ports: Ports;
  readonly service: Service;
  readonly peers: Readonly<Record<PeerName, Peer>>;
  readonly python: Python;
  /** Anna's and Jörg's mailboxes. */
  readonly anna: Inbox;
  readonly joerg: Inbox;
  mail(options?: MailOptions): Promise<Mail>;
  /** Sends as Anna, signed in, through Waypost. Rejects unless it was accepted. */
  submit(mail: Mail, to: string | readonly string[], more?: Partial<PythonSend>): Promise<void>;
  /** Hands a message to a peer, for it to send on. Rejects unless it was accepted. */
  inject(
    peer: PeerName,
    mail: Mail,
    to: string | readonly string[],
    more?: Partial<PythonSend>,
  ): Promise<void>;
  /** Python's reading of a message. */
  read(raw: Buffer): Promise<PythonRead>;
  /** The report about a message that arrived in a mailbox, as Python reads it. */
  report(about: Mail, at?: Inbox): Promise<PythonRead>;
  apply(settings: SettingsPatch): Promise<void>;
  /** The entry of Waypost's queue for a recipient, once `matches` says so. */
  queued(to: string, matches: (entry: QueueEntry) => boolean): Promise<QueueEntry>;
  stop(): Promise<void>;
}

export interface QueueEntry {
  readonly id: string;
  readonly to: string;
  readonly state: string;
  readonly lastReply: string | null;
}

const PROGRAM = join(import.meta.dirname, '../../../out/server/waypost.js');

/** Starts all. Throws `NotHere` where that can't be. */
export async function startStage(): Promise<Stage> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.reverse().splice(0)) await each();
  };
  try {
    const { path: folder, remove } = await temporaryFolder();
    stops.push(remove);
    // Other users than root must get to their mail below it.
    await chmod(folder, 0o711);
    const programs = await getPrograms(folder);
    const certificate = await testCertificate({ names: CERTIFIED });
    const pair = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    await writeFile(pair.key, certificate.key);
    await writeFile(pair.cert, certificate.cert);
    const chosen = await choosePorts();
    const service = await startService({
      zone: zone(),
      env: { NODE_EXTRA_CA_CERTS: pair.cert },
      settings: {
        incoming: { secondary: { security: 'tls' }, maxTotal: 100, maxPerHost: 10 },
        relay: { trustedNetworks: [] },
        delivery: { mxPort: chosen.peers, retryMinutes: [1] },
        pickup: { pop3: { port: chosen.pop3, tlsPort: chosen.pop3Tls, address: '127.0.0.1' } },
      },
    });
    stops.push(service.remove);
    await addAccounts(service);
    const ports = { ...chosen, waypost: service.port, waypostTls: service.secondPort };
    const postfix = await startPostfix(join(folder, 'postfix'), ports, pair);
    stops.push(postfix.stop);
    const exim = await startExim(programs.exim, join(folder, 'exim'), ports, pair);
    stops.push(exim.stop);
    return assemble({
      folder,
      versions: programs.versions,
      ports,
      service,
      peers: { postfix, exim },
      python: python(programs.python),
      stop,
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addAccounts({ run }: Service): Promise<void> {
  const aliases = ACCOUNTS.annaAliases.flatMap((alias) => ['--alias', alias]);
  await run(
    ['account', 'add', ACCOUNTS.anna.address, '--password-stdin', ...aliases],
    ACCOUNTS.anna.password,
  );
  await run(['account', 'add', ACCOUNTS.joerg, '--password-stdin'], 'ein gutes Passwort');
  await run(['account', 'add', ACCOUNTS.pia.address, '--password-stdin'], ACCOUNTS.pia.password);
}

type Parts = Pick<Stage, 'folder' | 'versions' | 'ports' | 'service' | 'peers' | 'python' | 'stop'>;

function assemble(parts: Parts): Stage {
  const { folder, ports, service, python: py } = parts;
  const anna = mailbox(service, ACCOUNTS.anna.address);
  let reads = 0;

  const read = async (raw: Buffer) => {
    const file = join(folder, `read${++reads}.eml`);
    await writeFile(file, raw);
    return py.read(file);
  };
  const report = async (about: Mail, at = anna) => {
    const matches = (raw: Buffer) => raw.includes('multipart/report') && raw.includes(about.id);
    return read(await at.take(`a report about ${about.id}`, matches));
  };
  const sendAll = async (order: PythonSend) => {
    const sent = await py.send(order);
    assertAccepted(sent);
  };
  return {
    ...parts,
    anna,
    joerg: mailbox(service, ACCOUNTS.joerg),
    mail: mailMaker(folder),
    submit: ({ file }, to, more) =>
      sendAll({
        ...{ host: '127.0.0.1', port: ports.waypost, source: SOURCES.python, security: 'starttls', file },
        auth: { ...signedIn, mechanism: 'PLAIN' },
        from: ACCOUNTS.anna.address,
        to: [to].flat(),
        ...more,
      }),
    inject: (peer, { file }, to, more) =>
      sendAll({
        ...{ host: peer === 'postfix' ? POSTFIX.mx : EXIM.mx, port: ports.peers, source: INJECTOR, file },
        from: `otto@${peer}.test`,
        to: [to].flat(),
        ...more,
      }),
    read,
    report,
    apply: async (settings) => void (await service.run(['settings', 'apply', '-'], JSON.stringify(settings))),
    queued: (to, matches) =>
      eventually(
        async () => {
          const entries = JSON.parse(await service.run(['queue', 'list', '--json'])) as QueueEntry[];
          return entries.find((entry) => entry.to === to && matches(entry));
        },
        { what: `${to} in the queue`, timeoutMs: 20_000, intervalMs: 250 },
      ),
  };
}

const signedIn = { user: ACCOUNTS.anna.address, password: ACCOUNTS.anna.password };

function assertAccepted({ code, text, recipients }: PythonSent): void {
  const refused = recipients.filter(([, reply]) => reply !== 250);
  if (code !== 250 || refused.length > 0)
    throw new Error(`It was not accepted: ${code} ${text} ${JSON.stringify(refused)}`);
}

/** A mailbox of Waypost, read on its command line. */
function mailbox(service: Service, address: string): Inbox {
  return inbox(
    async () => {
      const mails = JSON.parse(await service.run(['mail', 'list', address, '--json'])) as { id: string }[];
      return mails.map(({ id }) => id);
    },
    (id) => mustRun(process.execPath, [PROGRAM, 'mail', 'show', address, id, '--data', service.folder]),
  );
}
