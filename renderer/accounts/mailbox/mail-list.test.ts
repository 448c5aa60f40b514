import { ORPCError } from '@orpc/client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MailView } from '../../../server/contract/views.ts';
import { type Client, ConnectionLost } from '../../client.ts';
import { createMailList, PAGE } from './mail-list.ts';

let mails: MailView[];
let asked: { offset: number; search?: string }[];
let failure: Error | undefined;
/** Keeps answers waiting while it is set. */
let gate: Promise<void> | undefined;

beforeEach(() => {
  mails = Array.from({ length: 350 }, (_, index) => mail(String(index)));
  asked = [];
  failure = undefined;
  gate = undefined;
});

function mail(id: string): MailView {
  return { id, from: 'a@b.test', subject: `Subject ${id}`, size: 1, receivedAt: new Date(0) };
}

const page = async (wanted: { offset: number; limit: number; search?: string }) => {
  asked.push(wanted);
  const found = mails.filter(({ subject }) => subject.includes(wanted.search ?? ''));
  await gate;
  if (failure) throw failure;
  return { total: found.length, rows: found.slice(wanted.offset, wanted.offset + wanted.limit) };
};
const client = { mail: { page } } as unknown as Client;

const idle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function opened() {
  const list = createMailList(client, 'anna@example.com');
  await idle();
  return list;
}

it('asks for what is looked at, once', async () => {
  const list = await opened();
  expect(list.state.get()).toMatchObject({ total: 350, problem: '' });
  list.look(80, 120);
  list.look(85, 125);
  await idle();
  expect(asked.map(({ offset }) => offset)).toEqual([0, PAGE]);
  list.look(340, 349);
  await idle();
  const { rows } = list.state.get();
  expect([rows.size, rows.get(349)?.id, rows.get(250)]).toEqual([250, '349', undefined]);
});

it('loads a range for whoever needs all of it', async () => {
  const list = await opened();
  await list.load(0, 349);
  expect(list.state.get().rows.size).toBe(350);
});

describe('search', () => {
  it('shows what matches, and all again', async () => {
    const list = await opened();
    list.search('t 34');
    expect(list.state.get()).toMatchObject({ total: undefined, search: 't 34' });
    await idle();
    expect(list.state.get()).toMatchObject({ total: 11 });
    expect(asked.at(-1)).toMatchObject({ offset: 0, search: 't 34' });
    list.search('');
    await idle();
    expect(list.state.get().total).toBe(350);
  });

  it('does not listen to answers that come late', async () => {
    const list = await opened();
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    list.search('t 1');
    const late = gate;
    gate = undefined;
    list.search('t 349');
    await idle();
    open();
    await late;
    await idle();
    expect(list.state.get()).toMatchObject({ search: 't 349', total: 1 });
    expect(list.state.get().rows.size).toBe(1);
  });
});

describe('refresh', () => {
  it('changes nothing when nothing has changed', async () => {
    const list = await opened();
    const { rows } = list.state.get();
    await list.refresh();
    expect(list.state.get().rows).toBe(rows);
  });

  it('shows new mail, and forgets what has moved by it', async () => {
    const list = await opened();
    await list.load(0, 349);
    mails.unshift(mail('new'));
    await list.refresh();
    const { rows, total } = list.state.get();
    expect([total, rows.get(0)?.id, rows.get(1)?.id, rows.size]).toEqual([351, 'new', '0', PAGE]);
    list.look(PAGE, PAGE + 10);
    await idle();
    expect(list.state.get().rows.get(PAGE)?.id).toBe('99');
  });

  it('notices that as many went as came', async () => {
    const list = await opened();
    mails.splice(3, 1);
    mails.unshift(mail('new'));
    await list.refresh();
    expect(list.state.get().rows.get(0)?.id).toBe('new');
  });
});

it('puts a page that no longer fits in the place of all others', async () => {
  const list = await opened();
  mails.unshift(mail('new'));
  list.look(PAGE, PAGE + 10);
  await idle();
  const { rows, total } = list.state.get();
  expect([total, rows.has(0), rows.get(PAGE)?.id]).toEqual([351, false, '99']);
  list.look(0, 10);
  await idle();
  expect(list.state.get().rows.get(0)?.id).toBe('new');
});

describe('what can’t be shown', () => {
  it.each([
    [
      new ORPCError('NOT_FOUND', { defined: true, message: 'There is no account a@b.test.' }),
      /There is no account/,
    ],
    [new ConnectionLost(), /connection to Waypost was lost/],
    [new Error('secret detail'), /internal error/],
  ])('%s', async (error, sentence) => {
    const list = await opened();
    failure = error;
    await list.refresh();
    expect(list.state.get()).toMatchObject({ total: 350, problem: expect.stringMatching(sentence) });
    list.look(200, 210);
    await idle();
    failure = undefined;
    list.look(200, 210);
    await idle();
    expect(list.state.get().problem).toBe('');
    expect(list.state.get().rows.get(200)?.id).toBe('200');
  });
});
