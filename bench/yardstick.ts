/**
 * What Waypost is measured by to see how near it is to what Node can do: smtp-server by itself, which forgets each
 * message; or, with a folder, the least that makes one durable, two rows and a commit for all of a turn that waits
 * for the disk. No settings, accounts, log, limits or trace. A process of its own, forked; tells its port.
 *
 * fork(yardstick.ts, [FOLDER])
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection';
import { portOf } from '../server/testing/ports.ts';

interface Taken {
  readonly sender: string;
  readonly content: Buffer;
  readonly done: () => void;
}

/** Keeps what it is given, durably, all of a turn together. */
function keeper(folder: string): (taken: Taken) => void {
  const db = new DatabaseSync(join(folder, 'yardstick.db'));
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table messages (id integer primary key, sender text, content blob);
    create table mailbox (id integer primary key, message integer, account integer);
  `);
  const intoMessages = db.prepare('insert into messages (sender, content) values (?, ?)');
  const intoMailbox = db.prepare('insert into mailbox (message, account) values (?, 1)');
  let waiting: Taken[] = [];
  const commit = () => {
    const batch = waiting;
    waiting = [];
    db.exec('begin immediate');
    for (const { sender, content } of batch)
      intoMailbox.run(intoMessages.run(sender, content).lastInsertRowid);
    db.exec('commit');
    for (const { done } of batch) done();
  };
  return (taken) => {
    if (waiting.push(taken) === 1) setImmediate(commit);
  };
}

/** Without the tenth of a second that smtp-server waits for clients that talk first, as Waypost does it for its own. */
SMTPConnection.prototype.init = function greetAtOnce(this: SMTPConnection) {
  this._setListeners(() => this.connectionReady());
};

const [folder] = process.argv.slice(2);
const keep = folder === undefined ? ({ done }: Taken) => done() : keeper(folder);

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData: (stream: SMTPServerDataStream, { envelope }: SMTPServerSession, callback) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const sender = envelope.mailFrom ? envelope.mailFrom.address : '';
      keep({ sender, content: Buffer.concat(chunks), done: () => callback(null, 'taken') });
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => process.send?.({ port: portOf(server.server) }));
