import { describe, expect, it } from 'vitest';
import { type AccountFacts, checkLoop, checkSender, decideRecipient, type RecipientFacts } from './policy.ts';
import { Refusal } from './refusal.ts';

const MB = 1_048_576;

function account(change: Partial<AccountFacts> = {}): AccountFacts {
  return {
    id: 1,
    address: 'ann@here.test',
    aliases: ['sales@here.test'],
    enabled: true,
    quotaMB: 0,
    usedBytes: 0,
    ...change,
  };
}

/** The outcome in a few words: where it goes, or code and enhanced code of the refusal. */
function outcome(decide: () => unknown): string {
  try {
    const result = decide();
    return typeof result === 'object' && result !== null ? Object.values(result).join(' ') : 'allowed';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${error.reply.code} ${error.reply.enhanced}`;
  }
}

describe('a recipient', () => {
  const ann = account();
  const off = account({ id: 2, enabled: false });
  const full = account({ id: 3, quotaMB: 1, usedBytes: MB });
  const half = account({ id: 4, quotaMB: 1, usedBytes: MB / 2 });
  const local = { domainIsLocal: true };
  const remote = { address: 'joe@far.test' };
  const postmaster = { address: 'Postmaster@here.test', ...local, postmaster: ann };

  it.each<[string, Partial<RecipientFacts>, string]>([
    ['with an account', { ...local, account: ann }, 'mailbox 1'],
    ['with an account, from who may relay', { ...local, account: ann, mayRelay: true }, 'mailbox 1'],
    ['unknown here', local, '550 5.1.1'],
    ['unknown here, from who may relay', { ...local, mayRelay: true }, '550 5.1.1'],
    ['switched off', { ...local, account: off }, '550 5.2.1'],
    ['elsewhere, from a stranger', remote, '550 5.7.1'],
    ['elsewhere, from who may relay', { ...remote, mayRelay: true }, 'queue'],
    ['bare, not postmaster', { address: 'ann', mayRelay: true }, '550 5.1.1'],
    ['whose mailbox is full', { ...local, account: full }, '452 4.2.2'],
    [
      'whose mailbox is full by a switched-off limit',
      { ...local, account: { ...full, quotaMB: 0 } },
      'mailbox 3',
    ],
    ['with room for the declared size', { ...local, account: half, declaredSize: MB / 2 }, 'mailbox 4'],
    ['with a byte too little room', { ...local, account: half, declaredSize: MB / 2 + 1 }, '452 4.2.2'],
    ['that could never hold it', { ...local, account: half, declaredSize: MB + 1 }, '552 5.2.2'],
    ['postmaster of our domain', postmaster, 'mailbox 1'],
    ['postmaster, bare', { address: 'postmaster', postmaster: ann }, 'mailbox 1'],
    ['postmaster with an account', { ...postmaster, account: half }, 'mailbox 4'],
    ['postmaster with a full account', { ...postmaster, account: full }, 'mailbox 3'],
    ['postmaster with an account that is off', { ...postmaster, account: off }, 'mailbox 2'],
    ['postmaster while there is no account', { address: 'postmaster' }, '550 5.1.1'],
    ['postmaster elsewhere, from a stranger', { ...postmaster, domainIsLocal: false }, '550 5.7.1'],
    ['postmaster elsewhere', { ...postmaster, domainIsLocal: false, mayRelay: true }, 'queue'],
    ['who only begins like postmaster', { ...postmaster, address: 'postmasters@here.test' }, '550 5.1.1'],
  ])('%s', (_, facts, expected) => {
    const stranger = { domainIsLocal: false, account: undefined, postmaster: undefined, mayRelay: false };
    const all = { address: 'ann@here.test', declaredSize: 0, ...stranger, ...facts };
    expect(outcome(() => decideRecipient(all))).toBe(expected);
  });
});

describe('a sender', () => {
  it.each<[string, string, AccountFacts | undefined, string]>([
    ['not signed in', 'anyone@far.test', undefined, 'allowed'],
    ['own address', 'ann@here.test', account(), 'allowed'],
    ['own address in capitals', 'ANN@Here.Test', account(), 'allowed'],
    ['own address with a tag', 'ann+shop@here.test', account(), 'allowed'],
    ['alias', 'sales@here.test', account(), 'allowed'],
    ['alias with a tag', 'sales+x@here.test', account(), 'allowed'],
    ['null sender', '', account(), 'allowed'],
    ['somebody else here', 'bob@here.test', account(), '553 5.7.1'],
    ['somebody elsewhere', 'ann@far.test', account(), '553 5.7.1'],
    ['a tag that is no tag', 'bob+ann@here.test', account(), '553 5.7.1'],
    ['no address at all', 'ann', account(), '553 5.7.1'],
  ])('%s', (_, sender, signedIn, expected) => {
    expect(outcome(() => checkSender(sender, signedIn))).toBe(expected);
  });
});

it.each([
  [0, 'allowed'],
  [49, 'allowed'],
  [50, '554 5.4.6'],
  [51, '554 5.4.6'],
])('a message with %i Received lines', (count, expected) => {
  expect(outcome(() => checkLoop(count))).toBe(expected);
});
