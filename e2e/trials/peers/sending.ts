/** What Waypost delivers to strangers' servers that DNS names: content, sizes, refusals for now and for good. */
import { eventually } from '../../../server/testing/temp.ts';
import {
  ANNA,
  arrives,
  BODY_WORDS,
  type Case,
  equal,
  matching,
  NAMES,
  PEERS,
  SENDER,
  waypost,
} from './case.ts';
import { is } from './maildir.ts';
import { BODIES } from './messages.ts';
import type { Stage } from './stage.ts';
import { swaks } from './swaks.ts';

const MEGABYTE = 1_048_576;
/** Waypost's default limit. */
const LIMIT = 25 * MEGABYTE;
const bodies = Object.entries(BODIES) as [keyof typeof BODIES, Buffer][];

const delivery: Case[] = PEERS.flatMap((peer) => [
  ...bodies.map(([name, body]) => ({
    what: `Waypost delivers ${BODY_WORDS[name]} to ${NAMES[peer]}, by its MX and with STARTTLS`,
    async check({ mail, submit, peers }: Stage) {
      const sent = await mail({ body });
      await submit(sent, `otto@${peer}.test`, { mail: ['BODY=8BITMIME'] });
      const trace = await arrives(peers[peer].box('otto'), sent);
      matching('The trace', trace.join('\n'), /by mx\.\w+\.test .*with esmtps/i);
    },
  })),
  {
    what: `Waypost delivers to ${NAMES[peer]} in the clear where STARTTLS is not offered`,
    async check({ mail, submit, peers }: Stage) {
      const sent = await mail();
      await submit(sent, `otto@plain.${peer}.test`);
      const trace = await arrives(peers[peer].box('otto'), sent);
      matching('The trace', trace.join('\n'), /by mx\.\w+\.test .*with esmtp /i);
    },
  },
  {
    what: `Waypost delivers to an international address at ${NAMES[peer]} (SMTPUTF8)`,
    async check({ mail, submit, peers, read }: Stage) {
      const sent = await mail({ subject: 'Grüße aus Köln' });
      await submit(sent, `jörg@${peer}.test`, { mail: ['SMTPUTF8', 'BODY=8BITMIME'] });
      await arrives(peers[peer].box('jörg'), sent);
      const { headers } = await read(await peers[peer].box('jörg').take('it', is(sent)));
      equal('The subject', headers.subject, 'Grüße aus Köln');
    },
  },
  {
    what: `Waypost reports 5.6.7 where ${NAMES[peer]} does not offer SMTPUTF8`,
    async check({ mail, submit, peers, report }: Stage) {
      const sent = await mail();
      await submit(sent, `jörg@plain.${peer}.test`, { mail: ['SMTPUTF8'] });
      equal('The status', (await report(sent)).reports[1]?.status, '5.6.7');
      equal('The copies that arrived', await peers[peer].box('jörg').count(is(sent)), 0);
    },
  },
  {
    what: `Waypost delivers one message to 100 boxes at ${NAMES[peer]}`,
    async check({ mail, submit, peers }: Stage) {
      const sent = await mail();
      const names = Array.from({ length: 100 }, (_, at) => `box${at + 1}`);
      await submit(
        sent,
        names.map((name) => `${name}@${peer}.test`),
      );
      for (const name of names) await arrives(peers[peer].box(name), sent);
    },
  },
  {
    what: `Waypost delivers a message to ${NAMES[peer]} at the second attempt, after 450 (greylisting)`,
    async check({ mail, submit, peers, queued, service }: Stage) {
      const sent = await mail();
      await submit(sent, `grey@${peer}.test`);
      const { id, lastReply } = await queued(`grey@${peer}.test`, ({ state }) => state === 'deferred');
      matching('The last reply', lastReply ?? '', /450.*4\.2\.0.*Greylisted/);
      equal('The copies so far', await peers[peer].box('grey').count(is(sent)), 0);
      // Exim lets nobody in within a second.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await service.run(['queue', 'retry', id]);
      await arrives(peers[peer].box('grey'), sent);
    },
  },
  {
    what: `Waypost delivers a message of 25 MB, the most it takes, to ${NAMES[peer]}`,
    async check({ mail, submit, peers }: Stage) {
      const sent = await mail({ size: LIMIT });
      await submit(sent, `otto@${peer}.test`, { mail: [`SIZE=${LIMIT}`] });
      await arrives(peers[peer].box('otto'), sent);
    },
  },
  {
    what: `Waypost reports 5.3.4 for a message of 2 MB where ${NAMES[peer]} announces a SIZE of 1 MB`,
    async check({ mail, submit, report }: Stage) {
      const sent = await mail({ size: 2 * MEGABYTE });
      await submit(sent, `otto@plain.${peer}.test`);
      equal('The status', (await report(sent)).reports[1]?.status, '5.3.4');
    },
  },
  {
    what: `${NAMES[peer]} delivers a message of nearly 25 MB to Waypost`,
    async check({ mail, inject, anna }: Stage) {
      // It adds a Received line, so it is a little less than the limit.
      const sent = await mail({ size: LIMIT - 2_000 });
      await inject(peer, sent, ANNA);
      await arrives(anna, sent);
    },
  },
  {
    what: `${NAMES[peer]} finds that a message of over 25 MB is too large for Waypost, and reports it to its sender there`,
    async check({ mail, inject, report }: Stage) {
      const sent = await mail({ size: LIMIT + 1 });
      await inject(peer, sent, 'anna@clear.waypost.test', { from: ANNA });
      const { headers, reports } = await report(sent);
      equal('The null sender', headers['return-path'], '<>');
      // Postfix judges by the SIZE announced, Exim by the reply to MAIL.
      matching('The report', JSON.stringify(reports), /5\.3\.4/);
    },
  },
]);

const sizes: Case[] = [
  {
    what: 'Python sends a message of exactly 25 MB',
    async check({ mail, ports, anna, python }) {
      const sent = await mail({ size: LIMIT });
      const order = { ...waypost(ports, 'python', 'starttls'), from: SENDER, to: [ANNA], file: sent.file };
      equal('The reply', (await python.send({ ...order, mail: [`SIZE=${LIMIT}`] })).code, 250);
      await arrives(anna, sent, 'ESMTPS');
    },
  },
  {
    what: 'Python hears 552 5.3.4 at MAIL when it declares a byte more',
    async check({ mail, ports, python }) {
      const { file } = await mail();
      const order = { ...waypost(ports, 'python'), from: SENDER, to: [ANNA], file };
      const { code, text, recipients } = await python.send({ ...order, mail: [`SIZE=${LIMIT + 1}`] });
      matching('The reply', `${code} ${text}`, /^552 5\.3\.4 /);
      equal('The recipients that it came to', recipients, []);
    },
  },
  {
    what: 'swaks hears 552 5.3.4 after the content when it sends a byte more undeclared, and nothing is kept',
    async check({ mail, ports, anna }) {
      const sent = await mail({ size: LIMIT + 1 });
      const { code, said } = await swaks({
        ...waypost(ports, 'swaks'),
        from: SENDER,
        to: [ANNA],
        file: sent.file,
      });
      equal(`swaks' exit code after\n${said}\n`, code, 26);
      matching('The dialogue', said, /^552 5\.3\.4/m);
      equal('The copies that arrived', await anna.count(is(sent)), 0);
    },
  },
  {
    what: 'Postfix sends to 150 recipients: for the last 50 it hears 452 4.5.3, keeps those, and delivers them afterwards',
    async check({ mail, inject, anna, peers }) {
      const sent = await mail();
      const to = Array.from({ length: 150 }, (_, at) => `anna+${at}@waypost.test`);
      const before = (await peers.postfix.log()).length;
      await inject('postfix', sent, to);
      const deferred = async () => {
        const log = (await peers.postfix.log()).slice(before);
        return log.match(/to=<anna\+.*status=deferred .*452 4\.5\.3/g)?.length === 50;
      };
      await eventually(deferred, { what: 'Postfix to defer 50', timeoutMs: 20_000, intervalMs: 250 });
      await peers.postfix.flush();
      // One account has one copy of each transaction.
      const twice = async () => (await anna.count(is(sent))) === 2;
      await eventually(twice, { what: 'two copies', timeoutMs: 30_000, intervalMs: 250 });
    },
  },
];

export const SENDING: readonly Case[] = [...delivery, ...sizes];
