/** A report to a sender as a message of its own. */
import type { Settings } from '../contract/settings.ts';
import { addressKey } from '../mail/address.ts';
import { type NewMessage, newMessageId } from '../mail/message.ts';
import { headerOf } from '../mail/trace.ts';
import { SPILL_BYTES } from '../store/bodies.ts';
import type { StoredMessage } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { buildReport } from './report.ts';
import type { DueReport } from './settle.ts';

/** The report as a message for the sender's mailbox here, or for the queue; undefined when there is neither. */
export async function reportMessage(
  message: StoredMessage,
  { kind, recipients }: DueReport,
  { accounts, bodies }: Pick<Store, 'accounts' | 'bodies'>,
  { hostname }: Settings,
): Promise<NewMessage | undefined> {
  const ours = Buffer.from(message.trace + message.completion);
  const original = await bodies.read(message.id, 0, SPILL_BYTES);
  const report = buildReport({
    kind,
    message: {
      ...message,
      header: Buffer.concat([ours, headerOf(original)]),
      ...(original.length === message.size ? { content: Buffer.concat([ours, original]) } : {}),
    },
    recipients,
    hostname,
    now: Date.now(),
  });
  const key = addressKey(message.sender);
  const account = key === undefined ? undefined : await accounts.find(key);
  const isLocal = key !== undefined && (await accounts.isLocalDomain(key.slice(key.lastIndexOf('@') + 1)));
  if (!account && isLocal) return undefined;
  return {
    id: newMessageId(),
    envelope: { sender: report.sender, smtpUtf8: report.smtpUtf8, ret: null, envid: null },
    trace: '',
    completion: '',
    body: { kind: 'memory', bytes: report.bytes },
    size: report.bytes.length,
    eightBit: report.eightBit,
    subject: report.subject,
    receivedAt: Date.now(),
    mailboxes: account ? [{ accountId: account.id, recipient: report.recipient }] : [],
    queued: account ? [] : [{ address: report.recipient, notify: ['NEVER'], orcpt: null }],
  };
}
