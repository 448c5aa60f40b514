/** What strangers' programs pick up from Waypost's mailboxes by POP3: everything, as it was sent, and for good. */
import { join } from 'node:path';
import { BODY_WORDS, type Case, equal, IN_WORDS, SECURITIES, SENDER, waypost } from './case.ts';
import { type Fetcher, fetchmail, mpop } from './fetchers.ts';
import { ACCOUNTS, type Ports } from './layout.ts';
import { is } from './maildir.ts';
import { BODIES, type Mail, traceOf } from './messages.ts';
import type { PythonPickUp, Security } from './python.ts';
import type { Stage } from './stage.ts';

const { address: PIA, password } = ACCOUNTS.pia;
type Body = keyof typeof BODIES;
const ALL = Object.keys(BODIES) as Body[];

let folders = 0;

const programs: readonly (readonly [string, Fetcher, readonly Body[]])[] = [
  // It adds line ends within lines of thousands of bytes.
  ['fetchmail', fetchmail, ALL.filter((body) => body !== 'longLines')],
  ['mpop', mpop, ALL],
];

const fetched: Case[] = programs.flatMap(([name, fetch, bodies]) =>
  SECURITIES.map((security) => ({
    what: `${name} picks up ${inWords(bodies)} ${IN_WORDS[security]}`,
    async check(stage: Stage) {
      const sent = await fill(stage, bodies);
      const folder = join(stage.folder, `fetched${++folders}`);
      const port = portOf(stage.ports, security);
      compare(await fetch({ port, security, user: PIA, password, folder }), sent);
      equal('What is left in the mailbox', await left(stage), 0);
    },
  })),
);

const byPython: Case[] = [
  ...SECURITIES.map((security) => ({
    what: `Python picks up ${inWords(ALL)} ${IN_WORDS[security]}`,
    async check(stage: Stage) {
      const sent = await fill(stage, ALL);
      const { messages, sizes, capabilities } = await stage.python.pickUp(
        order(stage, security, { deletes: true, quits: true }),
      );
      const raws = Object.values(messages).map((raw) => Buffer.from(raw, 'base64'));
      compare(raws, sent);
      equal(
        'The sizes that LIST tells',
        sizes,
        raws.map(({ length }) => length),
      );
      equal('STLS among the capabilities', capabilities.includes('STLS'), security !== 'tls');
      equal('What is left in the mailbox', await left(stage), 0);
    },
  })),
  {
    what: 'What Python deletes stays when it leaves without QUIT, under the same UID, and goes with QUIT',
    async check(stage) {
      const sent = await fill(stage, ALL);
      const first = await stage.python.pickUp(order(stage, 'tls', { deletes: true, quits: false }));
      equal('What is left in the mailbox', await left(stage), sent.length);
      const second = await stage.python.pickUp(order(stage, 'tls', { deletes: true, quits: true }));
      equal('The UIDs', Object.keys(second.messages), Object.keys(first.messages));
      equal('What is left in the mailbox', await left(stage), 0);
    },
  },
];

function inWords(bodies: readonly Body[]): string {
  return bodies.map((body) => BODY_WORDS[body]).join(', ');
}

function order(
  { ports }: Stage,
  security: Security,
  how: Pick<PythonPickUp, 'deletes' | 'quits'>,
): PythonPickUp {
  return { port: portOf(ports, security), security, user: PIA, password, ...how };
}

function portOf({ pop3, pop3Tls }: Ports, security: Security): number {
  return security === 'tls' ? pop3Tls : pop3;
}

/** Sends a message of each body to the mailbox. */
async function fill({ mail, ports, python }: Stage, bodies: readonly Body[]): Promise<Mail[]> {
  const sent: Mail[] = [];
  for (const body of bodies) {
    const one = await mail({ body: BODIES[body] });
    const to = { ...waypost(ports, 'python'), from: SENDER, to: [PIA], file: one.file };
    equal('The reply', (await python.send({ ...to, mail: ['BODY=8BITMIME'] })).code, 250);
    sent.push(one);
  }
  return sent;
}

/** Throws unless each of `sent` is there once, as it was sent, and nothing else is. */
function compare(raws: readonly Buffer[], sent: readonly Mail[]): void {
  equal('The number of messages', raws.length, sent.length);
  for (const mail of sent) {
    const [raw = Buffer.alloc(0), ...more] = raws.filter(is(mail));
    equal('Further copies', more.length, 0);
    traceOf(raw, mail.raw);
  }
}

async function left({ service }: Stage): Promise<number> {
  return (JSON.parse(await service.run(['mail', 'list', PIA, '--json'])) as unknown[]).length;
}

export const PICKING_UP: readonly Case[] = [...fetched, ...byPython];
