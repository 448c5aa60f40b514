/** A queued message as one transaction: what of it a peer can't take, and the envelope for the rest. Pure. */
import type { Readable } from 'node:stream';
import { needsSmtpUtf8, withAsciiDomain } from '../mail/address.ts';
import { noReply } from '../mail/reply.ts';
import type { Happening } from './classify.ts';
import type { QueuedMessage, QueuedRecipient } from './job.ts';
import type { Connection, Transaction } from './peer.ts';
import { describeTarget } from './target.ts';

/**
 * Why this peer can't take the message for this recipient, judged by its EHLO before any byte is sent; final
 * in each case, since the message won't change: too large (RFC 1870, 5.3.4), or in need of SMTPUTF8
 * (RFC 6531, 5.6.7).
 *
 * Missing 8BITMIME is no reason: what is 8-bit is sent as it is, without BODY=8BITMIME. Nearly every server
 * that doesn't announce it takes it all the same, and re-encoding would break signatures.
 */
export function refusalFor(
  message: QueuedMessage,
  recipient: QueuedRecipient,
  { facts, target }: Pick<Connection, 'facts' | 'target'>,
): Happening | undefined {
  const peer = describeTarget(target);
  const refuse = (text: string, status: string): Happening => {
    return { step: 'mail', reply: noReply(text, status), sentAll: false };
  };
  if (facts.maxSize > 0 && message.size > facts.maxSize) {
    const sizes = `${message.size} bytes, and ${peer} takes at most ${facts.maxSize}`;
    return refuse(`The message is too large: it has ${sizes}.`, '5.3.4');
  }
  if (needsUtf8(message, [recipient.address]) && !facts.extensions.has('SMTPUTF8')) {
    return refuse(`${peer} can't take messages with international addresses (SMTPUTF8).`, '5.6.7');
  }
  return undefined;
}

/**
 * The transaction for these recipients. Two that are spelled alike share one RCPT: `indexOf` tells which
 * of its recipients stands for one of ours.
 */
export function transactionFor(
  message: QueuedMessage,
  recipients: readonly QueuedRecipient[],
  content: Readable,
): { transaction: Transaction; indexOf: (recipient: QueuedRecipient) => number } {
  const byAddress = new Map<string, QueuedRecipient>();
  for (const recipient of recipients) {
    const address = onTheWire(recipient.address);
    if (!byAddress.has(address)) byAddress.set(address, recipient);
  }
  const addresses = [...byAddress.keys()];
  return {
    transaction: {
      sender: onTheWire(message.sender),
      recipients: [...byAddress].map(([address, { notify, orcpt }]) => ({ address, notify, orcpt })),
      size: message.size,
      eightBit: message.eightBit,
      utf8: needsUtf8(message, addresses),
      ret: message.ret,
      envid: message.envid,
      content,
    },
    indexOf: ({ address }) => addresses.indexOf(onTheWire(address)),
  };
}

/** Only what is not ASCII needs it: many clients say SMTPUTF8 with every message. */
function needsUtf8({ smtpUtf8, eightBit, sender }: QueuedMessage, addresses: readonly string[]): boolean {
  return (smtpUtf8 && eightBit) || [sender, ...addresses].some(needsSmtpUtf8);
}

function onTheWire(address: string): string {
  return withAsciiDomain(address).trim();
}
