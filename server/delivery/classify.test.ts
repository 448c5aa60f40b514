import { describe, expect, it } from 'vitest';
import { noReply, parseReply, type SmtpReply } from '../mail/reply.ts';
import { classify, mayTryNextHost, outcomeKind, STEPS, type Step, weightier } from './classify.ts';

function at(step: Step, said: string | SmtpReply, sentAll = false) {
  return { step, reply: typeof said === 'string' ? parseReply(said) : said, sentAll };
}

const silence = noReply('closed the connection');
const ownFinal = noReply('The domain does not exist', '5.1.2');

describe('at an mx', () => {
  it.each([
    // Nobody gave a verdict.
    ['dns', silence, 'move-on'],
    ['connect', silence, 'move-on'],
    ['greeting', silence, 'move-on'],
    ['ehlo', silence, 'move-on'],
    ['tls', silence, 'move-on'],
    ['mail', silence, 'move-on'],
    ['rcpt', silence, 'move-on'],
    ['data', silence, 'move-on'],
    ['body', silence, 'move-on'],
    ['rcpt', '354 What?', 'move-on'],
    // A verdict for now.
    ['greeting', '421 4.3.2 Busy', 'move-on'],
    ['ehlo', '421 Busy', 'move-on'],
    ['mail', '451 4.3.0 Later', 'move-on'],
    ['rcpt', '450 4.7.1 Greylisted', 'move-on'],
    ['rcpt', '450 Mailbox busy', 'move-on'],
    ['data', '452 4.3.1 Disk full', 'move-on'],
    ['body', '451 4.5.0 Later', 'move-on'],
    ['rcpt', '452 4.2.2 Mailbox full', 'same-hop'],
    ['body', '452 4.2.1 Mailbox busy', 'same-hop'],
    ['mail', '450 4.2.0 Mailbox', 'same-hop'],
    // About us.
    ['greeting', '554 No', 'move-on'],
    ['greeting', '554 5.1.1 No', 'move-on'],
    ['ehlo', '550 5.5.0 Who are you?', 'move-on'],
    ['ehlo', '550 5.2.1 Who are you?', 'move-on'],
    ['mail', '553 5.1.8 Sender refused', 'move-on'],
    ['mail', '550 No', 'move-on'],
    ['mail', '550 5.7.1 Blocked', 'move-on'],
    ['rcpt', '550 5.7.1 Blocked', 'move-on'],
    ['rcpt', '554 5.7.26 Not authenticated', 'move-on'],
    ['data', '554 5.7.1 Blocked', 'move-on'],
    ['body', '550 5.7.1 Looks like spam', 'move-on'],
    // About the recipient or the message.
    ['dns', ownFinal, 'final'],
    ['mail', '552 Too large', 'final'],
    ['mail', '552 5.3.4 Too large', 'final'],
    ['mail', '550 5.3.4 Too large', 'final'],
    ['mail', '550 5.2.3 Too large', 'final'],
    ['rcpt', '550 5.1.1 No such user', 'final'],
    ['rcpt', '550 No such user', 'final'],
    ['rcpt', '552 5.2.2 Over quota', 'final'],
    ['rcpt', '554 5.5.0 No', 'final'],
    ['data', '554 5.5.1 No', 'final'],
    ['body', '552 5.3.4 Too large', 'final'],
    ['body', '554 No', 'final'],
    ['body', '550 5.6.0 Malformed', 'final'],
    ['body', '250 2.0.0 Ok', 'delivered'],
    ['body', '250', 'delivered'],
  ] as const)('%s: %o is %s', (step, said, verdict) => {
    expect(classify('mx', at(step, said))).toBe(verdict);
  });

  it('keeps to the hop when all was sent and no reply came, but not when one did', () => {
    expect(classify('mx', at('body', silence, true))).toBe('same-hop');
    expect(classify('mx', at('body', '451 4.3.0 Later', true))).toBe('move-on');
    expect(classify('mx', at('body', '554 No', true))).toBe('final');
  });
});

describe('at the SmartHost', () => {
  it.each(STEPS)('waits after a silence or a 4xx at %s', (step) => {
    for (const said of [silence, '451 4.3.0 Later', '421 4.7.0 Busy', '452 4.2.2 Full'])
      expect(classify('smarthost', at(step, said))).toBe('same-hop');
  });

  it.each([
    ['dns', noReply('No such name', '5.1.2'), 'same-hop'],
    ['greeting', '554 5.7.1 No', 'same-hop'],
    ['ehlo', '550 No', 'same-hop'],
    ['tls', '502 5.5.1 No', 'same-hop'],
    ['auth', '535 5.7.8 Wrong password', 'same-hop'],
    ['auth', '504 5.5.4 Mechanism', 'same-hop'],
    ['mail', '530 5.7.0 Authentication required', 'same-hop'],
    ['mail', '530 Authentication required', 'same-hop'],
    ['mail', '535 Authentication required', 'same-hop'],
    ['mail', '503 5.5.1 AUTH first', 'same-hop'],
    ['mail', '550 5.7.1 Sender is not yours', 'same-hop'],
    ['mail', '553 5.1.8 No such sender', 'final'],
    ['mail', '552 5.3.4 Too large', 'final'],
    ['mail', '501 5.1.7 Bad sender', 'final'],
    ['mail', noReply('Too large', '5.3.4'), 'final'],
    ['rcpt', '550 5.1.1 No such user', 'final'],
    ['rcpt', '550 5.7.1 Relaying denied', 'final'],
    ['rcpt', '530 5.7.0 Authentication required', 'same-hop'],
    ['data', '554 5.5.1 No', 'final'],
    ['body', '554 5.7.1 Spam', 'final'],
    ['body', '250 2.0.0 Ok', 'delivered'],
  ] as const)('%s: %o is %s', (step, said, verdict) => {
    expect(classify('smarthost', at(step, said))).toBe(verdict);
  });
});

it('ends the attempt where there is no further hop: for now waits, for good fails', () => {
  const temporary = parseReply('451 4.3.0 Later');
  const permanent = parseReply('550 5.7.1 Blocked');
  expect(outcomeKind('move-on', permanent, true)).toBeUndefined();
  expect(outcomeKind('move-on', permanent, false)).toBe('failed');
  expect(outcomeKind('move-on', temporary, false)).toBe('deferred');
  expect(outcomeKind('move-on', silence, false)).toBe('deferred');
  expect(outcomeKind('same-hop', permanent, true)).toBe('deferred');
  expect(outcomeKind('final', temporary, true)).toBe('failed');
  expect(outcomeKind('delivered', parseReply('250 Ok'), true)).toBe('delivered');
});

it.each([
  ['connect', silence, false, true],
  ['body', silence, false, true],
  ['body', silence, true, false],
  ['greeting', '554 No', false, true],
  ['ehlo', '550 5.7.1 No', false, true],
  ['mail', '451 4.3.0 Later', false, true],
  ['rcpt', '451 4.3.0 Later', false, true],
  ['rcpt', '452 4.2.2 Full', false, false],
  ['mail', '550 5.7.1 No', false, false],
  ['rcpt', '550 5.1.1 No', false, false],
  ['mail', ownFinal, false, false],
  ['body', '250 Ok', true, false],
] as const)('%s: %o (all sent: %s): another host may be tried: %s', (step, said, sentAll, may) => {
  expect(mayTryNextHost(at(step, said, sentAll))).toBe(may);
});

it('shows the weightier of two hosts: a decision, then a verdict for now, then silence', () => {
  const pick = (...happenings: ReturnType<typeof at>[]) =>
    happenings
      .map((happening) => ({ happening }))
      .reduce<{ happening: ReturnType<typeof at> } | undefined>(
        (before, each) => weightier('mx', before, each),
        undefined,
      )?.happening;
  const later = at('rcpt', '451 4.3.0 Later');
  const refused = at('connect', silence);
  const banned = at('greeting', '554 5.7.1 No');
  const bannedAtMail = at('mail', '550 5.7.1 No');
  const unknown = at('rcpt', '550 5.1.1 No such user');
  const lost = at('body', silence, true);
  const ok = at('body', '250 Ok');
  expect(pick(later, refused)).toBe(later);
  expect(pick(refused, later)).toBe(later);
  expect(pick(banned, refused)).toBe(refused);
  expect(pick(refused, banned)).toBe(refused);
  expect(pick(later, bannedAtMail)).toBe(later);
  expect(pick(later, unknown)).toBe(unknown);
  expect(pick(later, lost)).toBe(lost);
  expect(pick(later, ok)).toBe(ok);
});
