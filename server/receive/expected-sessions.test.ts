/** While a message is coming in, the next commit waits for it; when it is there or does not come, nobody waits. */
import { afterEach, expect, it, vi } from 'vitest';
import { Expected } from '../store/expected.ts';
import { allFree, open, start } from '../testing/fixtures/places.ts';

afterEach(() => void vi.restoreAllMocks());

const FROM = 'MAIL FROM:<joe@far.test>';
const TO = 'RCPT TO:<ann@here.test>';

/** Who is expected, however long ago they were heard from. */
function watch(): Set<object> {
  const expected = new Set<object>();
  vi.spyOn(Expected.prototype, 'add').mockImplementation((who) => void expected.add(who));
  vi.spyOn(Expected.prototype, 'remove').mockImplementation((who) => void expected.delete(who));
  return expected;
}

it('is expected from MAIL on until its message is in, whether it is taken or refused', async () => {
  await start({ settings: { maxMessageSizeMB: 1 } });
  const expected = watch();
  const client = await open();
  await client.command('EHLO c');
  expect(expected.size).toBe(0);
  for (const [content, code] of [
    ['Subject: x\r\n\r\nx\r\n', 250],
    ['x'.repeat(1_100_000), 552],
  ] as const) {
    await client.command(FROM);
    expect(expected.size).toBe(1);
    await client.command(TO);
    expect((await client.data(content)).code).toBe(code);
    expect(expected.size).toBe(0);
  }
});

it('is not expected any more when it leaves within its message', async () => {
  await start();
  const expected = watch();
  const client = await open();
  for (const line of ['EHLO c', FROM, TO, 'DATA']) await client.command(line);
  expect(expected.size).toBe(1);
  client.reset();
  await allFree();
  expect(expected.size).toBe(0);
});
