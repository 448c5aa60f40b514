/** The end of the app: whoever asks, what is under way finishes first, and nothing that was accepted is lost. */
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '../server/testing/sink.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, test, type Waypost } from './desktop-fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { ANNA, runWaypost } from './service.ts';

const mailbox = async (folder: string): Promise<{ subject: string }[]> =>
  JSON.parse(await runWaypost(folder, ['mail', 'list', ANNA.address, '--json']));

/** What is there only while Waypost runs. */
async function expectOrderly(waypost: Waypost): Promise<void> {
  expect(await waypost.desktop.ended).toMatchObject({ code: 0, signal: null });
  expect(waypost.desktop.output).toContain('Waypost stopped.');
  const left = await readdir(waypost.folder);
  for (const name of ['run.json', 'control.sock', 'waypost.pid', 'waypost.db-wal']) {
    expect(left).not.toContain(name);
  }
}

const ways = {
  'Quit in the tray’s menu': ({ desktop }: Waypost) => desktop.clickMenu('Quit Waypost'),
  SIGTERM: async ({ desktop }: Waypost) => desktop.signal('SIGTERM'),
  'the system’s shutdown, which waits': async ({ desktop }: Waypost) => {
    expect(await desktop.power('shutdown')).toBe(true);
  },
};

for (const [name, quit] of Object.entries(ways)) {
  test(`${name}: a message that is coming in gets its answer, and is there afterwards`, async ({
    waypost,
  }) => {
    await waypost.window();
    const { desktop, port, folder } = waypost;
    const client = await connectSmtp({ port });
    await client.command('EHLO client.test');
    await client.command(`MAIL FROM:<${ANNA.address}>`);
    await client.command(`RCPT TO:<${ANNA.address}>`);
    await client.command('DATA');
    client.write('Subject: in flight\r\n\r\nhalf of it');
    const idle = await connectSmtp({ port });
    await quit(waypost);
    // Who does nothing is sent away at once; who sends may finish.
    expect((await idle.readReply()).code).toBe(421);
    await expect.poll(async () => (await desktop.tray())?.tooltip).toBe('Waypost is ending…');
    expect(await desktop.windows()).toBe(0);
    await expect(connectSmtp({ port })).rejects.toThrow('ECONNREFUSED');
    client.write(' and the rest\r\n.\r\n');
    expect((await client.readReply()).code).toBe(250);
    client.destroy();
    await expectOrderly(waypost);

    await waypost.again();
    await waypost.window();
    expect(await mailbox(folder)).toMatchObject([{ subject: 'in flight' }]);
  });
}

test('Quit Now waits for nobody, and what was accepted is there afterwards', async ({ waypost }) => {
  await waypost.window();
  const { desktop, port, folder } = waypost;
  await send(waypost, ANNA.address);
  const client = await connectSmtp({ port });
  await client.command('EHLO client.test');
  await client.command(`MAIL FROM:<${ANNA.address}>`);
  await client.command(`RCPT TO:<${ANNA.address}>`);
  await client.command('DATA');
  client.write('Subject: never finished\r\n\r\n');
  await desktop.clickMenu('Quit Waypost');
  await desktop.clickMenu('Quit Now');
  expect(await desktop.ended).toMatchObject({ code: 0 });
  await waypost.again();
  await waypost.window();
  expect(await mailbox(folder)).toMatchObject([{ subject: 'hello' }]);
});

test.describe('a message that is going out', () => {
  test.use({ desktopStart: { zone: zoneOf('remote.test') } });

  test('goes out once, though the app quits meanwhile', async ({ waypost, desktopWindow: app, atEnd }) => {
    const { desktop, folder } = waypost;
    // The peer takes its time before it says that it has the message.
    const peer = await startSink({ body: { delayMs: 1500, reply: '250 2.0.0 Taken' } });
    atEnd(peer.stop);
    await runWaypost(folder, ['settings', 'apply', '-'], JSON.stringify({ delivery: { mxPort: peer.port } }));
    await send(waypost, 'bob@remote.test');
    await expect(app.statusLine).toContainText('1 out');
    await desktop.quit();
    await expectOrderly(waypost);
    expect(peer.messages).toHaveLength(1);
    await waypost.again();
    await waypost.window();
    expect(JSON.parse(await runWaypost(folder, ['queue', 'list', '--json']))).toEqual([]);
    await sleep(500);
    expect(peer.messages).toHaveLength(1);
  });
});

test('killed in the middle, it loses nothing that was accepted', async ({ waypost }) => {
  await waypost.window();
  const { desktop, folder } = waypost;
  for (let i = 0; i < 5; i++) expect((await send(waypost, ANNA.address)).final.code).toBe(250);
  desktop.signal('SIGKILL');
  expect(await desktop.ended).toMatchObject({ signal: 'SIGKILL' });
  await waypost.again();
  await waypost.window();
  expect(await mailbox(folder)).toHaveLength(5);
});
