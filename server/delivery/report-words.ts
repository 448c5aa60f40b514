/** What a report says to people: what happened, who said so, and what to do. Pure. */
import type { HopReport } from '../mail/message.ts';
import { replyText } from '../mail/reply.ts';

export type ReportKind = 'failed' | 'expired' | 'removed' | 'delayed' | 'delivered' | 'relayed';

export interface WordsAbout {
  readonly kind: ReportKind;
  /** '' when the message has none. */
  readonly subject: string;
  readonly hostname: string;
  /** When the message was received, and the end of further attempts where that is known; ms since the epoch. */
  readonly receivedAt: number;
  readonly retryUntil?: number;
  readonly recipients: readonly {
    readonly address: string;
    readonly status: string;
    readonly reports: readonly HopReport[];
  }[];
}

export const SUBJECTS: Record<ReportKind, string> = {
  failed: 'Your message could not be delivered',
  expired: 'Your message could not be delivered in time',
  removed: 'Your message was removed',
  delayed: 'Your message is delayed',
  delivered: 'Your message was delivered',
  relayed: 'Your message was passed on',
};

/** The text, its lines ended by CRLF. */
export function reportText(about: WordsAbout): string {
  const { kind, subject, hostname, receivedAt, recipients } = about;
  const named = subject === '' ? 'Your message' : `Your message "${subject}"`;
  const parts = [
    `This is the mail server ${hostname}.`,
    `${named} of ${new Date(receivedAt).toUTCString()} ${PREDICATES[kind]}:`,
    ...recipients.map(({ address, reports }) => [address, ...reports.map(line)].join('\n')),
    whatNow(about),
  ];
  return `${parts.join('\n\n').replace(/\n/g, '\r\n')}\r\n`;
}

const PREDICATES: Record<ReportKind, string> = {
  failed: 'could not be delivered to',
  expired: 'could not be delivered in time to',
  removed: 'was removed by the administrator of this server and will not reach',
  delayed: 'has not reached these recipients yet',
  delivered: 'was delivered to',
  relayed: 'was passed on to a server that sends no reports, for',
};

function line({ hop, host, reply }: HopReport): string {
  const who = hop === 'smarthost' ? `the SmartHost ${host}`.trim() : host;
  // Our own words name whom they are about.
  // A peer may say anything: control characters must not shape the report.
  const said = replyText(reply).replace(/\p{Cc}+/gu, ' ');
  return `    ${reply.code === 0 || who === '' ? said : `${who} said: ${said}`}`;
}

function whatNow({ kind, recipients, retryUntil }: WordsAbout): string {
  switch (kind) {
    case 'failed':
      return [...new Set(recipients.map(({ status }) => advice(status)))].join('\n');
    case 'expired':
      return 'It was tried again and again, and nothing more will be tried. Please send it again later, or reach the recipient in another way.';
    case 'removed':
      return 'Nothing more will be tried. If you do not know why, please ask whoever runs this server.';
    case 'delayed': {
      const until = retryUntil === undefined ? '' : ` until ${new Date(retryUntil).toUTCString()}`;
      return `You need not do anything: it will be tried again${until}. You will be told if it can't be delivered at all.`;
    }
    case 'delivered':
    case 'relayed':
      return 'You need not do anything. You asked for this report.';
  }
}

/** What the sender can do about a status (RFC 3463). */
function advice(status: string): string {
  if (status === '5.3.4' || status === '5.2.3')
    return 'The message is too large. Please send a smaller one, for instance with fewer attachments.';
  if (status.startsWith('5.1.'))
    return 'Please check the address for typing mistakes, then send the message again.';
  if (status.startsWith('5.2.'))
    return 'There is a problem with the mailbox of the recipient. Please tell the recipient in another way.';
  if (status === '5.6.7')
    return 'The recipient can be reached only by an address of plain letters. Please ask for another address.';
  if (status.startsWith('5.7.'))
    return 'The other server refuses mail from this one. Please give this report to whoever runs this server.';
  return 'The words of the other server above say why. Nothing more will be tried.';
}
