import { beforeEach, describe, expect, it } from 'vitest';
import type { QueueState } from './errand.ts';
import { type Found, Promises, readCopy } from './promises.ts';

const CONTENT = 'Subject: m1\r\n\r\nhello\r\n';
const TO = 'm1.0@away.test';
const COPY = readCopy(CONTENT);
let model: Promises;

beforeEach(() => {
  model = new Promises();
  model.sent({ tag: 'm1', content: CONTENT, accounts: ['anna'], remotes: [TO] });
});

function found(anna: readonly { tag: string; digest: string }[], ...states: QueueState[]): Found {
  return { mailboxes: new Map([['anna', anna]]), queue: states.map((state) => ({ to: TO, state })) };
}
const start = (...of: Parameters<typeof found>) => model.checkStart(found(...of), 1);

it('knows a copy by what was sent, whatever was put before it', () => {
  expect(readCopy(`Return-Path: <a@b>\r\nReceived: x\r\n${CONTENT}`)).toEqual(COPY);
  expect(readCopy(CONTENT.replace('hello', 'hallo')).digest).not.toBe(COPY.digest);
});

describe('an acknowledged message', () => {
  beforeEach(() => model.acknowledged('m1'));

  it('is whole in its mailbox and in the queue', () => {
    expect(start([COPY], 'due')).toEqual([]);
  });
  it.each<[string, Parameters<typeof found>, string[]]>([
    ['lost', [[]], ['m1 is missing in the mailbox of anna', `m1 is lost for ${TO}`]],
    [
      'doubled',
      [[COPY, COPY], 'due', 'due'],
      ['m1 is 2 times in the mailbox of anna', `m1 is 2 times in the queue for ${TO}`],
    ],
    ['damaged', [[{ ...COPY, digest: 'x' }], 'due'], ['m1 is damaged in the mailbox of anna']],
    ['strange', [[COPY, { tag: 'm2', digest: 'x' }], 'due'], ['m2 is in the mailbox of anna by mistake']],
  ])('is found to be %s', (_, what, problems) => {
    expect(start(...what)).toEqual(problems);
  });
  it('stays deleted, once that is acknowledged', () => {
    model.copy('anna', 'm1')?.deleting();
    model.copy('anna', 'm1')?.deleted();
    expect(start([], 'due')).toEqual([]);
    expect(start([COPY], 'due')).toEqual(['m1 is back in the mailbox of anna after its deletion']);
  });
  it('is deleted or not while that is not acknowledged, and then stays what it was found to be', () => {
    model.copy('anna', 'm1')?.deleting();
    expect(start([COPY], 'due')).toEqual([]);
    expect(start([], 'due')).toEqual(['m1 is missing in the mailbox of anna']);
  });
});

describe('a message without an answer', () => {
  it('is there or not, and then stays so', () => {
    expect(start([])).toEqual([]);
    expect(start([COPY], 'due')).toEqual(['m1 is there, but was not accepted']);
  });
  it('is a promise once it was seen', () => {
    expect(start([COPY], 'due')).toEqual([]);
    expect(start([], 'due')).toEqual(['m1 is missing in the mailbox of anna']);
  });
  it.each<Parameters<typeof found>>([[[COPY]], [[], 'due']])('is never there by half (%#)', (...what) => {
    expect(start(...what)).toEqual(['m1 is there by half']);
  });
});

describe('what is sent', () => {
  beforeEach(() => {
    model.acknowledged('m1');
    start([COPY], 'due');
  });

  it('is sent once by one process', () => {
    model.taken([TO], COPY);
    model.taken([TO], COPY);
    expect(model.checkSettled(found([COPY]))).toEqual([`m1 was sent twice to ${TO} by one process`]);
  });
  it('is sent again only where the reply was lost', () => {
    model.taken([TO], COPY);
    expect(start([COPY], 'due')).toEqual([]);
    model.taken([TO], COPY);
    expect(start([COPY])).toEqual([]);
    expect([model.lostReplies, model.repeatedErrands]).toEqual([1, 1]);
    model.taken([TO], COPY);
    expect(start([COPY])).toEqual([`m1 was sent again to ${TO} after it was done`]);
  });
  it('loses no more replies than there are transactions at a time', () => {
    model.taken([TO], COPY);
    expect(model.checkStart(found([COPY], 'due'), 0)).toEqual([
      '1 replies were lost by one process, and not 0 at most',
    ]);
  });
  it('is whole, and for its recipients only', () => {
    model.taken([TO], { ...COPY, digest: 'x' });
    model.taken(['eve@away.test'], COPY);
    expect(model.checkSettled(found([COPY]))).toEqual([
      `m1 was sent damaged to ${TO}`,
      'm1 was sent to eve@away.test, who is not its recipient',
    ]);
  });
  it('is out when the queue has run', () => {
    expect(model.checkSettled(found([COPY]))).toEqual([`m1 was never sent to ${TO}`]);
    expect(model.checkSettled(found([COPY], 'deferred'))).toEqual([`m1 still waits for ${TO} (deferred)`]);
  });
  it('waits while it is on hold, over a start', () => {
    model.errand(TO)?.steering('hold');
    model.errand(TO)?.steered('hold', true);
    expect(start([COPY], 'held')).toEqual([]);
    expect(model.checkSettled(found([COPY], 'held'))).toEqual([]);
    model.taken([TO], COPY);
    expect(start([COPY], 'due')).toEqual([
      `m1 was sent to ${TO} while on hold`,
      `m1 is no longer on hold for ${TO}`,
    ]);
  });
  it('is still on hold when its removal came to nothing', () => {
    model.errand(TO)?.steering('hold');
    model.errand(TO)?.steered('hold', true);
    model.errand(TO)?.steering('remove');
    expect(start([COPY], 'held')).toEqual([]);
    expect(model.checkSettled(found([COPY], 'held'))).toEqual([]);
    expect(start([COPY], 'due')).toEqual([`m1 is no longer on hold for ${TO}`]);
  });
  it('is never sent after it was removed', () => {
    model.errand(TO)?.steering('remove');
    model.errand(TO)?.steered('remove', true);
    expect(start([COPY])).toEqual([]);
    model.taken([TO], COPY);
    expect(start([COPY], 'due')).toEqual([
      `m1 was sent to ${TO} after its removal`,
      `m1 is in the queue for ${TO} after its removal`,
    ]);
  });
});
