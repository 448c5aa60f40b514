/** A report as a message of its own, and where it goes. */
import { addressKey, domainOf } from '../mail/address.ts';
import { type NewMessage, newMessageId } from '../mail/message.ts';
import { SPILL_BYTES } from '../store/bodies.ts';
import type { Account } from '../store/directory.ts';
import type { Store } from '../store/store.ts';
import type { Report } from './report-mime.ts';

/** Whoever is to get reports: the key of the address, and the account where it is one of ours. */
export interface Receiver {
  readonly key: string;
  readonly account: Account | undefined;
}

/** Who gets the reports about a sender's messages; undefined when the sender has no mailbox here any more. */
export async function receiverFor(
  sender: string,
  accounts: Store['accounts'],
): Promise<Receiver | undefined> {
  const key = addressKey(sender) ?? sender.toLowerCase();
  const account = await accounts.find(key);
  if (account || !(await accounts.isLocalDomain(domainOf(key)))) return { key, account };
  // The postmaster's mail goes to the first account where nobody has the address.
  const first = key.startsWith('postmaster@') ? await accounts.first() : undefined;
  return first && { key, account: first };
}

/** The report as a message for the receiver's mailbox, or for the queue. */
export async function reportMessage(
  report: Report,
  { account }: Receiver,
  bodies: Store['bodies'],
): Promise<NewMessage> {
  const id = newMessageId();
  return {
    id,
    envelope: { sender: report.sender, smtpUtf8: report.smtpUtf8, ret: null, envid: null },
    trace: '',
    completion: '',
    body: await bodyOf(id, report.bytes, bodies),
    size: report.bytes.length,
    eightBit: report.eightBit,
    subject: report.subject,
    receivedAt: Date.now(),
    mailboxes: account ? [{ accountId: account.id, recipient: report.recipient }] : [],
    queued: account ? [] : [{ address: report.recipient, notify: ['NEVER'], orcpt: null }],
  };
}

async function bodyOf(id: string, bytes: Buffer, bodies: Store['bodies']): Promise<NewMessage['body']> {
  if (bytes.length <= SPILL_BYTES) return { kind: 'memory', bytes };
  const writer = bodies.writer(id);
  await writer.write(bytes);
  return writer.finish();
}
