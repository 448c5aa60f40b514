import { isDefinedError, safe } from '@orpc/client';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRouter } from './api.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { sendMail } from './testing/send-mail.ts';

let waypost: TestEngine;
const address = 'anna@example.com';

beforeEach(async () => {
  waypost = await startTestEngine();
  await waypost.addAccount(address);
});
afterEach(() => waypost.stop());

const api = () => createRouterClient(createRouter(waypost.engine), { context: {} });

async function deliver(...subjects: string[]): Promise<void> {
  for (const subject of subjects) {
    const body = `Subject: ${subject}\r\n\r\nText\r\n`;
    await sendMail({ port: waypost.port, from: 'ben@example.net', to: address, body });
  }
}

async function refusal(work: Promise<unknown>) {
  const { error } = await safe(work);
  const { code, message, data } = error as Error & { code?: string; data?: unknown };
  return { isDefined: isDefinedError(error as Error), code, message, data };
}

describe('mail', () => {
  it('is shown in pages, newest first, with times that are dates', async () => {
    await deliver('One', 'Two', 'Three');
    const page = await api().mail.page({ address: 'Anna@Example.com', offset: 1, limit: 1 });
    expect(page).toEqual({
      total: 3,
      rows: [
        {
          id: expect.any(String),
          from: 'ben@example.net',
          subject: 'Two',
          size: expect.any(Number),
          receivedAt: expect.any(Date),
        },
      ],
    });
    expect(await api().mail.page({ address, search: 'thr', offset: 0, limit: 9 })).toMatchObject({
      total: 1,
      rows: [{ subject: 'Three' }],
    });
  });

  it('is deleted, once', async () => {
    await deliver('One', 'Two');
    const [one, two] = await api().mail.list({ address });
    const [first, second] = [one?.id ?? '', two?.id ?? ''];
    expect(await api().mail.remove({ address, ids: [first] })).toEqual({ count: 1 });
    expect(await api().mail.remove({ address, ids: [first, second] })).toEqual({ count: 1 });
    expect(await api().mail.list({ address })).toEqual([]);
    expect((await api().accounts.list())[0]).toMatchObject({ usedBytes: 0, messages: 0 });
    expect(await refusal(api().mail.remove({ address, ids: [second] }))).toMatchObject({
      isDefined: true,
      code: 'NOT_FOUND',
      message: `${address} has no message ${second}.`,
    });
    expect(await refusal(api().mail.raw({ address, id: second, offset: 0 }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('of nobody is refused', async () => {
    const wanted = { address: 'carl@example.com', offset: 0, limit: 1 };
    const unknown = { code: 'NOT_FOUND', message: 'There is no account carl@example.com.' };
    expect(await refusal(api().mail.page(wanted))).toMatchObject(unknown);
    expect(await refusal(api().mail.remove({ address: wanted.address, ids: [] }))).toMatchObject(unknown);
  });
});

describe('an account that is refused names the field', () => {
  it.each([
    [{ address }, 'CONFLICT', 'address'],
    [{ address: 'nobody' }, 'INVALID_INPUT', 'address'],
    [{ address: 'ben@example.com', aliases: [address] }, 'CONFLICT', 'aliases'],
    [{ address: 'ben@example.com', aliases: ['x y'] }, 'INVALID_INPUT', 'aliases'],
    [{ address: 'ben@example.com', password: '' }, 'INVALID_INPUT', 'password'],
  ])('%j', async (account, code, field) => {
    const refused = await refusal(api().accounts.add({ password: 'x', ...account }));
    expect(refused).toMatchObject({ isDefined: true, code, data: { field } });
  });
});
