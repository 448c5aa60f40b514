/** Who may send what to whom. Pure: the session gathers the facts, these rules decide. */
import { BYTES_PER_MB } from '../contract/settings.ts';
import { addressKey, withoutTag } from '../mail/address.ts';
import { MAX_RECEIVED } from '../mail/trace.ts';
import { Refusal } from './refusal.ts';

/** What the rules need to know of an account. */
export interface AccountFacts {
  readonly id: number;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly enabled: boolean;
  /** 0 = no limit. */
  readonly quotaMB: number;
  /** Need not be known where there is no quota. */
  readonly usedBytes: number;
}

export interface RecipientFacts {
  readonly address: string;
  /** The recipient's domain has an account or alias here. */
  readonly domainIsLocal: boolean;
  /** The account the address reaches. */
  readonly account: AccountFacts | undefined;
  /** The account that gets the postmaster's mail where no account has that address. */
  readonly postmaster: AccountFacts | undefined;
  /** The client is signed in, or in a trusted network. */
  readonly mayRelay: boolean;
  /** Bytes of the message as declared with SIZE, 0 when it was not. */
  readonly declaredSize: number;
}

/** Where a recipient's copy goes. */
export type Destination =
  | { readonly kind: 'mailbox'; readonly accountId: number }
  | { readonly kind: 'queue' };

/** More recipients than this in one transaction are asked for in another (RFC 5321 section 4.5.3.1.8). */
export const MAX_RECIPIENTS = 100;

/** Decides about one RCPT. Throws `Refusal`. */
export function decideRecipient(facts: RecipientFacts): Destination {
  const { account, postmaster } = facts;
  if (isPostmaster(facts.address) && (facts.domainIsLocal || !facts.address.includes('@'))) {
    const receiver = account ?? postmaster;
    if (receiver) return { kind: 'mailbox', accountId: receiver.id };
  }
  if (account) {
    refuseDisabled(account, facts.address);
    refuseOverQuota(account, facts.declaredSize);
    return { kind: 'mailbox', accountId: account.id };
  }
  if (facts.domainIsLocal || !facts.address.includes('@')) {
    throw new Refusal(550, '5.1.1', `There is no mailbox ${facts.address} here`);
  }
  if (facts.mayRelay) return { kind: 'queue' };
  throw new Refusal(550, '5.7.1', `Relaying to ${facts.address} is not allowed; please sign in first`);
}

/** Refuses a sender that is not the signed-in account's own. The null sender is anyone's (RFC 5321 4.5.5). */
export function checkSender(
  sender: string,
  account: Pick<AccountFacts, 'address' | 'aliases'> | undefined,
): void {
  if (!account || sender === '') return;
  const key = addressKey(sender) ?? '';
  const own = [account.address, ...account.aliases];
  if (own.includes(key) || own.includes(withoutTag(key) ?? '')) return;
  throw new Refusal(553, '5.7.1', `You are signed in as ${account.address} and can't send as ${sender}`);
}

/** Refuses a message that has passed too many servers to be anything but a loop. */
export function checkLoop(receivedCount: number): void {
  if (receivedCount >= MAX_RECEIVED) {
    throw new Refusal(554, '5.4.6', `This message is in a loop: it has ${receivedCount} Received lines`);
  }
}

/** True for the address that every mail server must accept, with a domain or bare (RFC 5321 section 4.5.1). */
export function isPostmaster(address: string): boolean {
  return /^postmaster(@|$)/i.test(address);
}

function refuseDisabled(account: AccountFacts, address: string): void {
  if (!account.enabled) throw new Refusal(550, '5.2.1', `The mailbox ${address} is switched off`);
}

function refuseOverQuota(account: AccountFacts, declaredSize: number): void {
  if (account.quotaMB === 0) return;
  const quota = account.quotaMB * BYTES_PER_MB;
  if (declaredSize > quota)
    throw new Refusal(552, '5.2.2', 'This message is larger than the whole mailbox may be');
  if (account.usedBytes >= quota || account.usedBytes + declaredSize > quota)
    throw new Refusal(452, '4.2.2', 'The mailbox is full, please try again later');
}
