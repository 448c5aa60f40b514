/**
 * What Waypost is measured by to see how near it is to what Node can do: smtp-server and nodemailer, with as little
 * around them as there can be. No settings, accounts, limits or policy. A process of its own, forked; tells its port.
 *
 * fork(yardstick.ts, ['forgets'])
 * fork(yardstick.ts, ['least' | 'stores', FOLDER])
 * fork(yardstick.ts, ['relays', FOLDER, PORT, CONNECTIONS])
 */
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection';
import { joinWrites } from '../server/network/joined-writes.ts';
import { portOf } from '../server/testing/ports.ts';
import { forgetful, fullyStored, type Keeper, leastDurable } from './keepers.ts';
import { leastRelay } from './least-relay.ts';

/** Without the tenth of a second that smtp-server waits for clients that talk first, as Waypost does it for its own. */
SMTPConnection.prototype.init = function greetAtOnce(this: SMTPConnection) {
  this._setListeners(() => this.connectionReady());
};

const { send } = SMTPConnection.prototype;
SMTPConnection.prototype.send = function sendJoined(this: SMTPConnection, ...reply: Parameters<typeof send>) {
  joinWrites(this._socket);
  send.apply(this, reply);
};

const [kind, folder = '', port, connections] = process.argv.slice(2);
const keeper = await keeperOf(kind);

function keeperOf(which: string | undefined): Keeper | Promise<Keeper> {
  switch (which) {
    case 'least':
      return leastDurable(folder);
    case 'stores':
      return fullyStored(folder);
    case 'relays':
      return leastRelay(folder, Number(port), Number(connections));
    default:
      return forgetful();
  }
}

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onMailFrom: (_address, session, callback) => {
    keeper.expected.add(session);
    callback();
  },
  onData: (stream: SMTPServerDataStream, session: SMTPServerSession, callback) => {
    const { mailFrom } = session.envelope;
    const sender = mailFrom ? mailFrom.address : '';
    const chunks: Buffer[] = [];
    keeper.expected.add(session);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      keeper.expected.remove(session);
      keeper.keep({ sender, content: Buffer.concat(chunks) }).then(() => callback(null, 'taken'), callback);
    });
  },
  onClose: (_session, callback) => {
    keeper.ended();
    callback();
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => process.send?.({ port: portOf(server.server) }));
