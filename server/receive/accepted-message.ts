/** Makes the message to commit from what a session received: its trace line, and where each copy goes. */
import type { SMTPServerAddress, SMTPServerSession } from 'smtp-server';
import { withAsciiDomain } from '../mail/address.ts';
import type { NewMessage, Notify, Recipient } from '../mail/message.ts';
import { receivedLine, rfc5322Date } from '../mail/trace.ts';
import type { Received } from './intake.ts';
import { checkLoop, type Destination } from './policy.ts';

export interface Acceptance {
  readonly id: string;
  readonly received: Received;
  readonly session: Pick<SMTPServerSession, 'envelope' | 'hostNameAppearsAs' | 'transmissionType'>;
  readonly remoteAddress: string;
  /** Our own name. */
  readonly hostname: string;
  /** The client is signed in or trusted, so that a missing Date or Message-ID is ours to add (RFC 6409 8). */
  readonly fromOurUser: boolean;
  /** What was decided at RCPT. */
  readonly destinationOf: (recipient: SMTPServerAddress) => Destination | undefined;
}

/** The message as it will be stored. Throws `Refusal` for a message that is in a loop. */
export function acceptedMessage(from: Acceptance): NewMessage {
  const { id, received, session, hostname, destinationOf } = from;
  const { envelope } = session;
  const { header } = received;
  checkLoop(header.receivedCount);
  const at = new Date();
  const mailboxes = new Map<number, string>();
  const queued: Recipient[] = [];
  for (const recipient of envelope.rcptTo) {
    const destination = destinationOf(recipient);
    // Answering 250 for a recipient that goes nowhere would lose mail.
    if (!destination) throw new Error(`Nothing was decided about the recipient ${recipient.address}.`);
    // Two addresses of one account get one copy.
    if (destination.kind === 'mailbox') mailboxes.set(destination.accountId, recipient.address);
    else queued.push(envelopeRecipient(recipient));
  }
  const [only, ...others] = envelope.rcptTo;
  const trace = receivedLine({
    helo: session.hostNameAppearsAs,
    remoteAddress: from.remoteAddress,
    by: hostname,
    protocol: protocolKeyword(session),
    id,
    at,
    ...(only && others.length === 0 ? { recipient: withAsciiDomain(only.address) } : {}),
  });
  const date = header.hasDate ? '' : `Date: ${rfc5322Date(at)}\r\n`;
  const messageId = header.hasMessageId ? '' : `Message-ID: <${id}@${hostname}>\r\n`;
  return {
    id,
    envelope: {
      sender: envelope.mailFrom ? withAsciiDomain(envelope.mailFrom.address) : '',
      smtpUtf8: envelope.smtpUtf8 ?? false,
      ret: (envelope.dsn?.ret?.toUpperCase() as 'FULL' | 'HDRS' | undefined) ?? null,
      envid: envelope.dsn?.envid ?? null,
    },
    trace,
    completion: from.fromOurUser ? date + messageId : '',
    body: received.body,
    size: received.size,
    eightBit: received.eightBit,
    subject: header.subject,
    receivedAt: at.getTime(),
    mailboxes: [...mailboxes].map(([accountId, recipient]) => ({ accountId, recipient })),
    queued,
  };
}

/**
 * The recipients whose sender wants to hear that the message is in their mailboxes (RFC 3461 section 4.1). A null
 * sender never does.
 */
export function reportedRecipients({
  session: { envelope },
  destinationOf,
}: Pick<Acceptance, 'session' | 'destinationOf'>): Recipient[] {
  if (!envelope.mailFrom || envelope.mailFrom.address === '') return [];
  return envelope.rcptTo
    .filter(({ dsn }) => dsn?.notify?.includes('SUCCESS'))
    .filter((recipient) => destinationOf(recipient)?.kind === 'mailbox')
    .map(envelopeRecipient);
}

/** The `with` keyword: that of RFC 3848, or with SMTPUTF8 that of RFC 6531 section 4.3, such as UTF8SMTPS. */
function protocolKeyword({ transmissionType, envelope }: Acceptance['session']): string {
  return envelope.smtpUtf8 ? transmissionType.replace(/^ESMTP/, 'UTF8SMTP') : transmissionType;
}

function envelopeRecipient({ address, dsn }: SMTPServerAddress): Recipient {
  return {
    address: withAsciiDomain(address),
    notify: (dsn?.notify as Notify[] | undefined) ?? null,
    orcpt: dsn?.orcpt ?? null,
  };
}
