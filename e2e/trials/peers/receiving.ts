/** What strangers' programs send to Waypost's own mailboxes: encryption, content, international mail. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../server/testing/temp.ts';
import {
  ANNA,
  arrives,
  BODY_WORDS,
  type Case,
  equal,
  IN_WORDS,
  NAMES,
  PEERS,
  SECURITIES,
  SENDER,
  waypost,
} from './case.ts';
import { ACCOUNTS } from './layout.ts';
import { is } from './maildir.ts';
import { BODIES } from './messages.ts';
import { swaks } from './swaks.ts';

const bodies = Object.entries(BODIES) as [keyof typeof BODIES, Buffer][];

const encryption: Case[] = SECURITIES.flatMap((security) => [
  {
    what: `swaks sends ${IN_WORDS[security]}`,
    async check({ mail, ports, anna }) {
      const sent = await mail();
      const { code, said } = await swaks({
        ...{ ...waypost(ports, 'swaks', security), from: SENDER, to: [ANNA], file: sent.file },
      });
      equal(`swaks' exit code after\n${said}\n`, code, 0);
      await arrives(anna, sent, security === 'none' ? 'ESMTP' : 'ESMTPS');
    },
  },
  {
    what: `Python sends ${IN_WORDS[security]}`,
    async check({ mail, ports, anna, python }) {
      const sent = await mail();
      const order = { ...waypost(ports, 'python', security), from: SENDER, to: [ANNA], file: sent.file };
      equal('The reply', (await python.send(order)).code, 250);
      await arrives(anna, sent, security === 'none' ? 'ESMTP' : 'ESMTPS');
    },
  },
  ...PEERS.map((peer) => ({
    what: `${NAMES[peer]} delivers ${IN_WORDS[security]}`,
    async check({ mail, inject, anna }: Parameters<Case['check']>[0]) {
      const sent = await mail();
      const domain = { none: 'clear', starttls: 'starttls', tls: 'wrapped' }[security];
      await inject(peer, sent, `anna@${domain}.waypost.test`);
      await arrives(anna, sent, security === 'none' ? 'ESMTP' : 'ESMTPS');
    },
  })),
]);

const content: Case[] = bodies.flatMap(([name, body]) => [
  {
    what: `swaks sends ${BODY_WORDS[name]}, pipelined`,
    async check({ mail, ports, anna }) {
      const sent = await mail({ body });
      const order = { ...waypost(ports, 'swaks'), from: SENDER, to: [ANNA], file: sent.file, pipeline: true };
      const { code, said } = await swaks(order);
      equal(`swaks' exit code after\n${said}\n`, code, 0);
      await arrives(anna, sent);
    },
  },
  {
    what: `Python sends ${BODY_WORDS[name]}`,
    async check({ mail, ports, anna, python }) {
      const sent = await mail({ body });
      const parameters = name === 'eightBit' ? ['BODY=8BITMIME'] : [];
      const order = {
        ...waypost(ports, 'python'),
        from: SENDER,
        to: [ANNA],
        file: sent.file,
        mail: parameters,
      };
      equal('The reply', (await python.send(order)).code, 250);
      await arrives(anna, sent);
    },
  },
  ...PEERS.map((peer) => ({
    what: `${NAMES[peer]} delivers ${BODY_WORDS[name]}`,
    async check({ mail, inject, anna }: Parameters<Case['check']>[0]) {
      const sent = await mail({ body });
      await inject(peer, sent, ANNA, { mail: ['BODY=8BITMIME'] });
      await arrives(anna, sent, 'ESMTPS');
    },
  })),
]);

const international: Case[] = [
  {
    what: 'Python sends to an international address, with an international header (SMTPUTF8)',
    async check({ mail, ports, joerg, python, read }) {
      const sent = await mail({ subject: 'Grüße aus Köln' });
      const order = {
        ...waypost(ports, 'python', 'starttls'),
        from: 'søren@trial.test',
        to: [ACCOUNTS.joerg],
        file: sent.file,
      };
      equal('The reply', (await python.send({ ...order, mail: ['SMTPUTF8', 'BODY=8BITMIME'] })).code, 250);
      await arrives(joerg, sent, 'UTF8SMTPS');
      const { headers } = await read(await joerg.take('the message', is(sent)));
      equal('The subject', headers.subject, 'Grüße aus Köln');
    },
  },
  ...PEERS.map((peer) => ({
    what: `${NAMES[peer]} delivers to an international address, with an international header (SMTPUTF8)`,
    async check({ mail, inject, joerg }: Parameters<Case['check']>[0]) {
      const sent = await mail({ subject: 'Grüße aus Köln' });
      await inject(peer, sent, ACCOUNTS.joerg, {
        mail: ['SMTPUTF8', 'BODY=8BITMIME'],
        from: `jörg@${peer}.test`,
      });
      await arrives(joerg, sent, 'UTF8SMTPS');
    },
  })),
];

const others: Case[] = [
  {
    what: 'Python composes a message with attachments, Exim delivers it, and Python reads the same from the mailbox',
    async check({ folder, mail, inject, anna, python, read }) {
      const { id } = await mail();
      const file = join(folder, 'composed.eml');
      const data = randomBytes(100_000);
      const attachments = { 'Übersicht.bin': data.toString('base64'), 'empty.bin': '' };
      const headers = {
        From: SENDER,
        To: ANNA,
        Subject: 'Überblick',
        'Message-ID': `<${id}>`,
        Date: 'Tue, 24 Nov 2026 12:00:00 +0000',
      };
      await python.compose({ file, headers, text: 'Gruß', attachments });
      const sent = { id, file, raw: await readFile(file) };
      await inject('exim', sent, ANNA);
      await arrives(anna, sent);
      const seen = await read(await anna.take('it', is(sent)));
      equal('Its defects', seen.defects, []);
      equal('Its subject', seen.headers.subject, 'Überblick');
      const digest = createHash('sha256').update(data).digest('hex');
      equal('Its attachment', seen.parts.find(([, name]) => name === 'Übersicht.bin')?.[2], digest);
    },
  },
  {
    what: 'CHUNKING is not announced, BDAT is refused, and what is promised is announced',
    async check({ ports, python }) {
      const { features, replies } = await python.probe({
        ...waypost(ports, 'python'),
        lines: ['BDAT 0 LAST', 'NOOP'],
      });
      equal('CHUNKING', features.includes('chunking'), false);
      equal('The replies to BDAT and NOOP', replies, [500, 250]);
      const missing = [
        'size',
        'pipelining',
        '8bitmime',
        'smtputf8',
        'enhancedstatuscodes',
        'dsn',
        'starttls',
        'auth',
      ].filter((each) => !features.includes(each));
      equal('What is missing', missing, []);
    },
  },
  {
    what: 'Postfix sends five messages over one connection',
    async check({ mail, inject, anna, service }) {
      const sent = [];
      for (let count = 0; count < 5; count++) {
        const one = await mail();
        sent.push(one);
        await inject('postfix', one, 'anna@kept.waypost.test');
      }
      const sessions = new Set<string>();
      for (const one of sent) {
        const trace = await arrives(anna, one);
        const id = / id (\S+)/.exec(
          trace.find((field) => field.startsWith('Received: ') && field.includes('Waypost')) ?? '',
        )?.[1];
        const entries = JSON.parse(await service.run(['log', '--json', '--grep', id ?? ''])) as LogLine[];
        for (const { session, message } of entries) if (message === id && session) sessions.add(session);
      }
      equal('The number of its sessions', sessions.size, 1);
    },
  },
  {
    what: 'Postfix hears 421 while receiving is paused, keeps the message, and delivers it afterwards',
    async check({ mail, inject, anna, service, peers }) {
      await service.run(['pause', 'incoming']);
      const sent = await mail();
      await inject('postfix', sent, ANNA);
      await eventually(async () => /status=deferred .*421/.test(await peers.postfix.log()), {
        what: 'Postfix to defer it',
        timeoutMs: 20_000,
      });
      await service.run(['resume', 'incoming']);
      await peers.postfix.flush();
      await arrives(anna, sent);
    },
  },
];

interface LogLine {
  readonly session?: string;
  readonly message?: string;
}

export const RECEIVING: readonly Case[] = [...encryption, ...content, ...international, ...others];
