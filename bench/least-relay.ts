/**
 * The least that relays durably: a message and its recipient are stored before they are answered for, nodemailer sends
 * it over kept connections, and both are dropped when it is taken. No retries, routes, reports or log.
 */
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { durable, type Keeper, type Taken } from './keepers.ts';
import { REMOTE } from './server.ts';

interface Queued extends Taken {
  readonly id: number;
}

type Change = { readonly accept: Queued } | { readonly sent: number };

const TABLES = `
  create table messages (id integer primary key, sender text, content blob);
  create table queue (id integer primary key, recipient text);
`;

/** @param port of the server it relays to @param connections how many it has to it */
export function leastRelay(folder: string, port: number, connections: number): Keeper {
  const { commits, expected } = durable<Change>(folder, TABLES, (db) => {
    const intoMessages = db.prepare('insert into messages (id, sender, content) values (?, ?, ?)');
    const intoQueue = db.prepare('insert into queue (id, recipient) values (?, ?)');
    const dropped = ['messages', 'queue'].map((table) => db.prepare(`delete from ${table} where id = ?`));
    return (change) => {
      if ('sent' in change) {
        for (const drop of dropped) drop.run(change.sent);
        return;
      }
      const { id, sender, content } = change.accept;
      intoMessages.run(id, sender, content);
      intoQueue.run(id, REMOTE);
    };
  });
  const queue: Queued[] = [];
  const idle: ((next: Queued) => void)[] = [];
  const next = () => {
    const queued = queue.shift();
    return queued ?? new Promise<Queued>((resolve) => idle.push(resolve));
  };
  const work = async () => {
    const connection = await connected(port);
    for (;;) {
      const queued = await next();
      await sent(connection, queued);
      void commits.submit({ sent: queued.id });
    }
  };
  for (let one = 0; one < connections; one++) void work();
  let ids = 0;
  return {
    expected,
    keep: async (taken) => {
      const queued = { ...taken, id: ++ids };
      await commits.submit({ accept: queued });
      const resolve = idle.shift();
      if (resolve) resolve(queued);
      else queue.push(queued);
    },
    ended: () => {},
  };
}

function connected(port: number): Promise<SMTPConnection> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, name: 'bench.test', ignoreTLS: true });
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve(connection)));
  });
}

function sent(connection: SMTPConnection, { sender, content }: Queued): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.send({ from: sender, to: [REMOTE] }, content, (error) => (error ? reject(error) : resolve()));
  });
}
