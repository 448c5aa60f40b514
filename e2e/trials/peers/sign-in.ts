/** Passwords in both directions: strangers' clients that sign in to Waypost, and Waypost that signs in to its SmartHost. */
import { eventually } from '../../../server/testing/temp.ts';
import {
  ANNA,
  arrives,
  type Case,
  equal,
  IN_WORDS,
  matching,
  NAMES,
  PEERS,
  SECURITIES,
  waypost,
} from './case.ts';
import { ACCOUNTS, RELAY } from './layout.ts';
import { is } from './maildir.ts';
import type { Security } from './python.ts';
import type { PeerName, Stage } from './stage.ts';
import { swaks } from './swaks.ts';

const { password } = ACCOUNTS.anna;
const MECHANISMS = ['PLAIN', 'LOGIN'] as const;

/** Clients sign in to Waypost, and it sends their mail on to a peer. */
const clients: Case[] = MECHANISMS.flatMap((mechanism) => [
  {
    what: `swaks signs in (${mechanism}), and Waypost sends its message on to Exim`,
    async check({ mail, ports, peers }) {
      const sent = await mail();
      const auth = { user: ANNA, password, mechanism };
      const order = {
        ...waypost(ports, 'swaks', 'starttls'),
        from: ANNA,
        to: ['otto@exim.test'],
        file: sent.file,
        auth,
      };
      const { code, said } = await swaks(order);
      equal(`swaks' exit code after\n${said}\n`, code, 0);
      const trace = await arrives(peers.exim.box('otto'), sent);
      matching('The trace', trace.join('\n'), /with ESMTPSA id/);
    },
  },
  {
    what: `swaks hears 535 5.7.8 for a wrong password (${mechanism})`,
    async check({ mail, ports }) {
      const { file } = await mail();
      const auth = { user: ANNA, password: `not ${password}`, mechanism };
      const order = {
        ...waypost(ports, 'swaks', 'starttls'),
        from: ANNA,
        to: ['otto@exim.test'],
        file,
        auth,
      };
      const { code, said } = await swaks(order);
      // swaks' own number for a sign-in that failed.
      equal(`swaks' exit code after\n${said}\n`, code, 28);
      matching('The dialogue', said, /^535 5\.7\.8/m);
    },
  },
  {
    what: `Python signs in (${mechanism}), and Waypost sends its message on to Postfix`,
    async check({ mail, submit, peers }) {
      const sent = await mail();
      await submit(sent, 'otto@postfix.test', { auth: { user: ANNA, password, mechanism } });
      const trace = await arrives(peers.postfix.box('otto'), sent);
      matching('The trace', trace.join('\n'), /with ESMTPSA id/);
    },
  },
  {
    what: `Python hears 535 5.7.8 for a wrong password (${mechanism})`,
    async check({ mail, ports, python }) {
      const { file } = await mail();
      const auth = { user: ANNA, password: `not ${password}`, mechanism };
      const order = { ...waypost(ports, 'python', 'tls'), from: ANNA, to: ['otto@exim.test'], file, auth };
      const { code, text } = await python.send(order);
      matching('The reply', `${code} ${text}`, /^535 5\.7\.8 /);
    },
  },
]);

/** Servers sign in to Waypost, as to a SmartHost, and it sends their mail on to the other one. */
const servers: Case[] = PEERS.flatMap((peer) => {
  const other: PeerName = peer === 'postfix' ? 'exim' : 'postfix';
  return [
    ...MECHANISMS.map((mechanism) => ({
      what: `${NAMES[peer]} signs in to Waypost (${mechanism}), which sends its message on to ${NAMES[other]}`,
      async check({ mail, inject, peers }: Stage) {
        const sent = await mail();
        await inject(peer, sent, `otto@${mechanism.toLowerCase()}-auth.${other}.test`, { from: ANNA });
        const trace = await arrives(peers[other].box('otto'), sent);
        matching('The trace', trace.join('\n'), /\(Waypost\) with ESMTPSA id/);
      },
    })),
    {
      what: `${NAMES[peer]} is told that its password is wrong, and nothing is sent on`,
      async check({ mail, inject, peers }: Stage) {
        const sent = await mail();
        const before = (await peers[peer].log()).length;
        await inject(peer, sent, `otto@wrong-auth.${other}.test`, { from: ANNA });
        const refused = async () => /535 5\.7\.8/.test((await peers[peer].log()).slice(before));
        await eventually(refused, {
          what: `${NAMES[peer]} to log 535 5.7.8`,
          timeoutMs: 30_000,
          intervalMs: 250,
        });
        equal('The copies that arrived', await peers[other].box('otto').count(is(sent)), 0);
      },
    },
  ];
});

const stranger: Case = {
  what: 'swaks hears 550 5.7.1 when it wants to send to others without signing in',
  async check({ mail, ports }) {
    const { file } = await mail();
    const order = { ...waypost(ports, 'swaks'), from: ANNA, to: ['otto@exim.test'], file };
    const { code, said } = await swaks(order);
    equal(`swaks' exit code after\n${said}\n`, code, 24);
    matching('The dialogue', said, /^550 5\.7\.1/m);
  },
};

/** Settings that send all by a peer, which demands that we sign in. */
function smartHost(
  peer: PeerName,
  security: Security,
  { peers, eximTls }: Stage['ports'],
  word = RELAY.password,
) {
  const host = security === 'tls' ? 'smart-tls' : 'smart';
  const port = security === 'tls' && peer === 'exim' ? eximTls : peers;
  return {
    smartHost: {
      ...{ enabled: true, exclusive: true, host: `${host}.${peer}.test:${port}`, security },
      // Postfix' accounts are of a domain, Exim's are plain words.
      ...{
        authenticate: true,
        account: peer === 'postfix' ? `${RELAY.user}@postfix.test` : RELAY.user,
        password: word,
      },
    },
  };
}

/** Runs with these settings, then without a SmartHost again. */
async function routed(
  stage: Stage,
  settings: Parameters<Stage['apply']>[0],
  work: () => Promise<void>,
): Promise<void> {
  await stage.apply(settings);
  try {
    await work();
  } finally {
    await stage.apply({ smartHost: { enabled: false } });
  }
}

const smartHosts: Case[] = PEERS.flatMap((peer) => [
  ...SECURITIES.map((security) => ({
    what: `Waypost signs in to ${NAMES[peer]} as its SmartHost ${IN_WORDS[security]}`,
    check: (stage: Stage) =>
      routed(stage, smartHost(peer, security, stage.ports), async () => {
        const sent = await stage.mail();
        await stage.submit(sent, `otto@${peer}.test`);
        const trace = await arrives(stage.peers[peer].box('otto'), sent);
        const protocol = new RegExp(` with e?smtp${security === 'none' ? '' : 's'}a `, 'i');
        matching('The trace', trace.join('\n'), protocol);
      }),
  })),
  {
    what: `Waypost keeps a message for which ${NAMES[peer]} refuses the password, and sends it once the password is right`,
    check: (stage: Stage) =>
      routed(stage, smartHost(peer, 'starttls', stage.ports, 'wrong'), async () => {
        const sent = await stage.mail();
        await stage.submit(sent, `otto@${peer}.test`);
        const { lastReply } = await stage.queued(`otto@${peer}.test`, ({ state }) => state === 'deferred');
        matching('The last reply', lastReply ?? '', /535/);
        await stage.apply(smartHost(peer, 'starttls', stage.ports));
        await arrives(stage.peers[peer].box('otto'), sent);
      }),
  },
]);

const unsigned: Case = {
  what: "A message that Exim refuses because nobody signed in comes back to its sender with Exim's words",
  check: (stage) =>
    routed(
      stage,
      { smartHost: { ...smartHost('exim', 'starttls', stage.ports).smartHost, authenticate: false } },
      async () => {
        const sent = await stage.mail();
        await stage.submit(sent, 'otto@exim.test');
        const { reports } = await stage.report(sent);
        matching('The report', reports[1]?.['diagnostic-code'], /550.*Sign in first/);
      },
    ),
};

export const SIGN_IN: readonly Case[] = [...clients, ...servers, stranger, ...smartHosts, unsigned];
