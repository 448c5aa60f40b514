/** What a report says to people: what happened, who said so, and what to do. Pure. */
import type { HopReport } from '../mail/message.ts';
import { replyText } from '../mail/reply.ts';
import { durationText, timeText } from './report-times.ts';

/** `relayed` and `belated` went to a server that may send no reports itself; `belated` after a notice of delay. */
export type ReportKind = 'failed' | 'expired' | 'removed' | 'delayed' | 'delivered' | 'relayed' | 'belated';

/** What comes next for a delayed message. Times are in ms since 1970. */
export interface Outlook {
  /** When it expires. */
  readonly until: number;
  /** The next attempt; undefined when it is made as soon as possible. */
  readonly nextAt?: number | undefined;
  /** Such as "about every 4 hours". */
  readonly rhythm: string;
}

export interface WordsAbout {
  readonly kind: ReportKind;
  /** '' when the message has none. */
  readonly subject: string;
  readonly hostname: string;
  /** When the message was received, and now; ms since 1970. */
  readonly receivedAt: number;
  readonly now: number;
  readonly outlook?: Outlook | undefined;
  readonly timeZone?: string | undefined;
  readonly recipients: readonly {
    readonly address: string;
    readonly status: string;
    readonly reports: readonly HopReport[];
    readonly attempts?: number;
    readonly lastAttemptAt?: number | null;
    readonly noticedAt?: number | null;
  }[];
}

export const SUBJECTS: Readonly<Record<ReportKind, string>> = {
  failed: 'Your message could not be delivered',
  expired: 'Your message could not be delivered in time',
  removed: 'Your message was removed',
  delayed: 'Your message is delayed',
  delivered: 'Your message was delivered',
  relayed: 'Your message was passed on',
  belated: 'Your message did go out after all',
};

/** The text, its lines ended by CRLF. */
export function reportText(about: WordsAbout): string {
  const parts = [
    `This is the mail server ${about.hostname}.`,
    `${whatHappened(about)}:`,
    ...about.recipients.map(({ address, reports }) => [address, ...reports.map(line)].join('\n')),
    ...whatNow(about),
  ];
  return `${parts.join('\n\n').replace(/\n/g, '\r\n')}\r\n`;
}

/** What a hop said, with its name where the words are not ours; no line breaks. */
export function hopText({ hop, host, reply }: HopReport): string {
  const who = hop === 'smarthost' ? `the SmartHost ${host}`.trim() : host;
  // Our own words name whom they are about.
  // A peer may say anything: control characters must not shape the report.
  const said = replyText(reply).replace(/\p{Cc}+/gu, ' ');
  return reply.code === 0 || who === '' ? said : `${who} said: ${said}`;
}

function line(report: HopReport): string {
  return `    ${hopText(report)}`;
}

function whatHappened({ kind, subject, receivedAt, now, timeZone, recipients }: WordsAbout): string {
  const named = subject === '' ? 'Your message' : `Your message "${subject}"`;
  const message = `${named} of ${timeText(receivedAt, timeZone)}`;
  switch (kind) {
    case 'failed':
      return `${message} could not be delivered to`;
    case 'expired':
      return `${message} could not be delivered in time to`;
    case 'removed':
      return `${message} was removed by the administrator of this server and will not reach`;
    case 'delayed':
      return `${message} is delayed. It has not reached ${recipients.length === 1 ? 'this recipient' : 'these recipients'} yet`;
    case 'delivered':
      return `${message} was delivered to the mailbox of`;
    case 'relayed':
      return `${message} was passed on to the next mail server, on its way to`;
    case 'belated':
      return `${message} was delayed. It did go out after all, on ${timeText(now, timeZone)}, to`;
  }
}

function whatNow(about: WordsAbout): string[] {
  const { kind, recipients, outlook, receivedAt, now, timeZone } = about;
  switch (kind) {
    case 'failed':
      return [
        ...earlierNotice(about),
        [...new Set(recipients.map(({ status }) => advice(status)))].join('\n'),
      ];
    case 'expired': {
      const age = durationText(Math.round((now - receivedAt) / 60_000));
      const times = Math.max(...recipients.map(({ attempts = 0 }) => attempts));
      const tried = times > 1 ? `It was tried ${times} times within ${age}` : `It was waiting for ${age}`;
      return [
        ...earlierNotice(about),
        `${tried}. The last attempt, on ${timeText(now, timeZone)}, ended as said above.`,
        'Nothing more will be tried. Please send the message again later, or reach the recipient in another way.',
      ];
    }
    case 'removed':
      return [
        ...earlierNotice(about),
        'Nothing more will be tried. If you do not know why, please ask whoever runs this server.',
      ];
    case 'delayed':
      return [
        ...notTriedYet(about),
        'You need not do anything, and please do not send it again: this server keeps the message and goes on trying.',
        ...(outlook ? [outlookText(outlook, timeZone)] : []),
        "You will be told when it has gone out after all, or if it can't be delivered at all.",
      ];
    case 'delivered':
      return ['You asked for this report. You need not do anything.'];
    case 'relayed':
      return [
        'That server sends no reports, so nothing more will be heard of it. You asked for this report, and need not do anything.',
      ];
    case 'belated':
      return [...earlierNotice(about), 'You need not do anything.'];
  }
}

function outlookText({ until, nextAt, rhythm }: Outlook, timeZone: string | undefined): string {
  const next = nextAt === undefined ? 'as soon as possible' : `on ${timeText(nextAt, timeZone)}`;
  return `The next attempt is made ${next}. After that it is tried ${rhythm}, until ${timeText(until, timeZone)}.`;
}

function notTriedYet({ recipients }: WordsAbout): string[] {
  const untried = recipients.filter(({ reports }) => reports.length === 0);
  if (untried.length === 0) return [];
  const whom =
    untried.length === recipients.length ? '' : ` for ${untried.map((one) => one.address).join(', ')}`;
  return [`No attempt could be made yet${whom}: this server was busy, paused or stopped.`];
}

function earlierNotice({ recipients, timeZone }: WordsAbout): string[] {
  const times = recipients.flatMap(({ noticedAt }) => noticedAt ?? []);
  if (times.length === 0) return [];
  return [`This follows the notice of delay that you got on ${timeText(Math.min(...times), timeZone)}.`];
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
