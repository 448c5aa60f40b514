/** A wrong password costs time and in the end the right to connect; a right one costs nothing. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashPassword } from '../store/password.ts';
import { startTestReceiver, type TestReceiver } from '../testing/fixtures/receiver.ts';
import { canListenOn } from '../testing/ports.ts';
import { connectSmtp, type SmtpClientOptions } from '../testing/smtp-client.ts';
import { Blocks } from './blocks.ts';
import { isWrong, SignIn } from './sign-in.ts';

const ANN = 'ann@here.test';
let server: TestReceiver;
let waits: number[];
let blocks: Blocks;
let signIn: SignIn;

beforeEach(async () => {
  server = await startTestReceiver({ settings: { relay: { trustedNetworks: ['192.168.0.0/16'] } } });
  await server.addAccount(ANN);
  waits = [];
  blocks = new Blocks(
    (address) => address.startsWith('192.168.'),
    () => {},
  );
  signIn = new SignIn(server.store.accounts, blocks, async (ms) => waits.push(ms));
});
afterEach(() => server.stop());

it('tells the account whose address or password it is, and remembers when', async () => {
  const account = await signIn.signIn('203.0.113.5', 'ANN@here.test', 'secret');
  expect(account).toMatchObject({ address: ANN });
  const [listed] = await server.store.accounts.list();
  expect(Date.now() - (listed?.lastSignIn ?? 0)).toBeLessThan(10_000);
  expect(waits).toEqual([]);
});

it.each([
  [ANN, 'wrong'],
  ['nobody@here.test', 'secret'],
  ['ann', 'secret'],
])('%s with %j is wrong, and says no more', async (user, password) => {
  expect(await signIn.signIn('203.0.113.5', user, password)).toEqual({ blocked: false });
  expect(waits).toEqual([500]);
});

it('the third wrong one blocks the address, from which then nobody may connect', async () => {
  const outcomes = [];
  for (let i = 0; i < 3; i++) outcomes.push(await signIn.signIn('203.0.113.5', ANN, `wrong ${i}`));
  expect(outcomes).toEqual([{ blocked: false }, { blocked: false }, { blocked: true }]);
  expect(blocks.find('203.0.113.5')?.reason).toBe('sign-in');
});

it('a trusted network is only answered more slowly', async () => {
  for (let i = 0; i < 4; i++) await signIn.signIn('192.168.1.7', ANN, 'wrong');
  expect(waits).toEqual([500, 1000, 2000, 4000]);
  expect(isWrong(await signIn.signIn('192.168.1.7', ANN, 'secret'))).toBe(false);
});

it('a changed password is asked for at once', async () => {
  const account = await signIn.signIn('203.0.113.5', ANN, 'secret');
  if (isWrong(account)) throw new Error('refused');
  await server.store.accounts.update(account, { passwordHash: await hashPassword('new') });
  expect(await signIn.signIn('203.0.113.5', ANN, 'secret')).toEqual({ blocked: false });
});

it('over a socket: the 4th wrong sign-in is refused at connect, and a good account from elsewhere is not touched', async () => {
  const blocked = await blockedHost();
  expect(blocked.codes).toEqual([535, 535, 421]);
  expect(blocked.fourth).toMatchObject({ code: 421, text: expect.stringContaining('not accepted for now') });
  expect(blocked.elsewhere).toBe(235);
});

/** Loopback is never blocked, so on this receiver another of its addresses plays the stranger. */
async function blockedHost() {
  const other = await startTestReceiver({
    settings: { relay: { trustedNetworks: [] }, incoming: { primary: { address: '' } } },
    isStranger: (address) => address !== '127.0.0.1',
  });
  try {
    await other.addAccount(ANN);
    const open = async (from: Partial<SmtpClientOptions> = {}) => {
      const client = await connectSmtp({ port: other.port, ...from });
      if (client.greeting.code === 220) await client.command('EHLO client.test');
      return client;
    };
    const stranger = (await canListenOn('127.0.0.2')) ? { localAddress: '127.0.0.2' } : { host: '::1' };
    const codes: number[] = [];
    for (let i = 0; i < 3; i++) {
      const client = await open(stranger);
      codes.push((await client.authPlain(ANN, `wrong ${i}`)).code);
      client.destroy();
    }
    const fourth = (await open(stranger)).greeting;
    const elsewhere = (await (await open()).authPlain(ANN, 'secret')).code;
    return { codes, fourth, elsewhere };
  } finally {
    await other.stop();
  }
}
