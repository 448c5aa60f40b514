/** Reports (RFC 3461, 3464) between Waypost and strangers' servers, read by Python's `email`. */
import { ANNA, arrives, type Case, equal, matching, NAMES, PEERS } from './case.ts';
import { BROKEN } from './layout.ts';
import type { Stage } from './stage.ts';

/** Both are in xtext on the wire and decoded in reports (RFC 3461 section 4, RFC 3464): `trial+1`, `first+name@…`. */
const TRACED = { mail: ['RET=HDRS', 'ENVID=trial+2B1'], rcpt: ['ORCPT=rfc822;first+2Bname@trial.test'] };
/** Exim 4.96 decodes the ENVID, and then writes it as it came all the same. */
const ENVID_BY = { postfix: 'trial+1', exim: 'trial+2B1' };
const asking = (notify: string) => ({ mail: TRACED.mail, rcpt: [`NOTIFY=${notify}`, ...TRACED.rcpt] });

const withPeers: Case[] = PEERS.flatMap((peer) => [
  {
    what: `${NAMES[peer]} reports the success that Waypost's user asked for (NOTIFY, RET, ENVID, ORCPT passed on)`,
    async check({ mail, submit, report, peers }: Stage) {
      const sent = await mail();
      await submit(sent, `otto@${peer}.test`, asking('SUCCESS'));
      await arrives(peers[peer].box('otto'), sent);
      const { headers, reports, returned } = await report(sent);
      equal('The null sender', headers['return-path'], '<>');
      matching('The reporting server', reports[0]?.['reporting-mta'], new RegExp(`mx\\.${peer}\\.test`));
      equal('The ENVID', reports[0]?.['original-envelope-id'], ENVID_BY[peer]);
      matching('The ORCPT', reports[1]?.['original-recipient'], /^rfc822; ?first\+(2B)?name@trial\.test$/i);
      equal('The action', reports[1]?.action, 'delivered');
      matching('What came back', returned, /headers/);
    },
  },
  {
    what: `A refusal by ${NAMES[peer]} at RCPT comes back as a report with its words, and the other recipient has the message`,
    async check({ mail, submit, report, peers }: Stage) {
      const sent = await mail();
      await submit(sent, [`nobody@${peer}.test`, `otto@${peer}.test`], { mail: TRACED.mail });
      await arrives(peers[peer].box('otto'), sent);
      const { type, headers, reports, returned, defects } = await report(sent);
      equal('The type', type, 'multipart/report');
      equal('Its defects', defects, []);
      equal('The null sender', headers['return-path'], '<>');
      equal('The ENVID', reports[0]?.['original-envelope-id'], 'trial+1');
      equal('The number of recipients in it', reports.length, 2);
      matching('The recipient', reports[1]?.['final-recipient'], new RegExp(`nobody@${peer}\\.test`));
      equal('The action', reports[1]?.action, 'failed');
      equal('The status', reports[1]?.status, '5.1.1');
      matching("The peer's words", reports[1]?.['diagnostic-code'], /^smtp; 550[ -]5\.1\.1 /);
      matching('What came back', returned, /headers/);
    },
  },
  {
    what: `A failure at ${NAMES[peer]} is not reported where the sender asked for no report (NOTIFY=NEVER)`,
    async check({ mail, submit, report, anna }: Stage) {
      const [quiet, loud] = [await mail(), await mail()];
      await submit(quiet, `nobody@${peer}.test`, { rcpt: ['NOTIFY=NEVER'] });
      await submit(loud, `nobody@${peer}.test`);
      await report(loud);
      equal('The reports about it', await anna.count((raw) => raw.includes(quiet.id)), 0);
    },
  },
  {
    what: `Waypost reports the success that the sender at ${NAMES[peer]} asked for`,
    async check({ mail, inject, anna, peers, report }: Stage) {
      const sent = await mail();
      await inject(peer, sent, ANNA, asking('SUCCESS'));
      await arrives(anna, sent);
      const { reports, defects } = await report(sent, peers[peer].box('otto'));
      equal('Its defects', defects, []);
      matching('The reporting server', reports[0]?.['reporting-mta'], /mail\.waypost\.test/);
      equal('The ENVID', reports[0]?.['original-envelope-id'], 'trial+1');
      matching('The ORCPT', reports[1]?.['original-recipient'], /^rfc822; ?first\+name@trial\.test$/i);
      equal('The action', reports[1]?.action, 'delivered');
    },
  },
  {
    what: `${NAMES[peer]} reports to its own sender that Waypost does not know the mailbox, with Waypost's words`,
    async check({ mail, inject, peers, report }: Stage) {
      const sent = await mail();
      await inject(peer, sent, 'nobody@waypost.test', asking('FAILURE'));
      const { reports } = await report(sent, peers[peer].box('otto'));
      matching(
        "Waypost's words",
        reports[1]?.['diagnostic-code'],
        /550.*5\.1\.1.*no mailbox nobody@waypost\.test/i,
      );
    },
  },
]);

const others: Case[] = [
  {
    what: 'What Postfix accepts and fails to deliver comes back to Waypost from the null sender',
    async check({ mail, submit, report }) {
      const sent = await mail();
      await submit(sent, `${BROKEN}@postfix.test`);
      const { headers, reports } = await report(sent);
      equal('The null sender', headers['return-path'], '<>');
      matching('The reporting server', reports[0]?.['reporting-mta'], /mx\.postfix\.test/);
      equal('The action', reports[1]?.action, 'failed');
    },
  },
  {
    what: 'What Exim refuses after the content comes back as a report with its words',
    async check({ mail, submit, report }) {
      const sent = await mail({ headers: ['X-Refuse: yes'] });
      await submit(sent, 'otto@exim.test');
      const { reports } = await report(sent);
      matching("Exim's words", reports[1]?.['diagnostic-code'], /554.*does not like this content/);
    },
  },
];

export const REPORTS: readonly Case[] = [...withPeers, ...others];
