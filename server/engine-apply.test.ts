import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from './engine/start.ts';
import { SettingsRefused } from './settings/service.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { unusedPort } from './testing/ports.ts';
import { sendMail } from './testing/send-mail.ts';
import { startSink } from './testing/sink.ts';
import { connectSmtp } from './testing/smtp-client.ts';
import { eventually, temporaryFolder } from './testing/temp.ts';

const BODY = 'Subject: hello\r\n\r\nText\r\n';

let waypost: TestEngine;

beforeEach(async () => {
  waypost = await startTestEngine();
  await waypost.addAccount('anna@waypost.test');
});
afterEach(() => waypost.stop());

const moveTo = (port: number) => ({ incoming: { primary: { port } } });

async function refused(port: number): Promise<boolean> {
  return connectSmtp({ port }).then(
    (client) => client.quit().then(() => false),
    () => true,
  );
}

describe('apply while sessions are open', () => {
  it('opens the new port, refuses newcomers on the old one, and lets the old session deliver', async () => {
    const session = await connectSmtp({ port: waypost.port });
    await session.command('EHLO client.test');
    const newPort = await unusedPort('127.0.0.1');

    const { sentences } = await waypost.engine.apply(moveTo(newPort));

    expect(sentences).toEqual([
      `Port ${newPort} on 127.0.0.1 opens.`,
      `Port ${waypost.port} on 127.0.0.1 closes; 1 session on it may finish.`,
    ]);
    expect(await refused(waypost.port)).toBe(true);
    expect(await refused(newPort)).toBe(false);
    await session.command('MAIL FROM:<bob@remote.test>');
    await session.command('RCPT TO:<anna@waypost.test>');
    expect((await session.data(BODY)).code).toBe(250);
    expect(await waypost.mailbox('anna@waypost.test')).toHaveLength(1);
    await session.quit();
  });

  it('does not touch a listener that stays as it is', async () => {
    const session = await connectSmtp({ port: waypost.secondPort });
    await session.command('EHLO client.test');
    await waypost.engine.apply(moveTo(await unusedPort('127.0.0.1')));
    expect((await session.command('NOOP')).code).toBe(250);
    expect(await refused(waypost.secondPort)).toBe(false);
    await session.quit();
  });

  it('changes nothing when the new port is busy, and names field and holder', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const before = waypost.engine.settings;

    const error = await waypost.engine
      .apply({ ...moveTo(port), maxMessageSizeMB: 9 })
      .catch((e: unknown) => e);

    expect(error).toBeInstanceOf(SettingsRefused);
    expect(error).toMatchObject({ code: 'PORT_IN_USE', issues: [{ path: 'incoming.primary.port' }] });
    expect((error as Error).message).toBe(
      `Port ${port} on 127.0.0.1 is in use by Waypost itself. Choose another port.`,
    );
    expect(waypost.engine.settings).toBe(before);
    expect(await refused(waypost.port)).toBe(false);
    blocker.close();
  });

  it('refuses values from an old revision', async () => {
    const { revision } = waypost.engine.settings;
    await waypost.engine.apply({ maxMessageSizeMB: 10 }, revision);
    await expect(waypost.engine.apply({ maxMessageSizeMB: 11 }, revision)).rejects.toMatchObject({
      code: 'STALE',
    });
    expect(waypost.engine.settings.settings.maxMessageSizeMB).toBe(10);
  });

  it('makes limits and size felt by the next command of a session that is open', async () => {
    const session = await connectSmtp({ port: waypost.port });
    await session.command('EHLO client.test');
    await waypost.engine.apply({ maxMessageSizeMB: 1, incoming: { maxPerHost: 1 } });
    const reply = await session.command('MAIL FROM:<bob@remote.test> SIZE=1048577');
    expect(reply.code).toBe(552);
    expect(reply.text).toMatch(/^5\.3\.4 /);
    const second = await connectSmtp({ port: waypost.secondPort });
    expect(second.greeting.text).toBe('4.7.0 mail.waypost.test Too many connections from 127.0.0.1 (1 of 1)');
    await session.quit();
  });

  it('keeps the applied settings over a restart', async () => {
    await waypost.engine.apply({ maxMessageSizeMB: 7, smartHost: { password: 'hush' } });
    await waypost.restart();
    expect(waypost.engine.settings.settings.maxMessageSizeMB).toBe(7);
    expect(waypost.engine.settings.settings.smartHost.password).toBe('hush');
  });
});

describe('queued mail', () => {
  it('follows a new SmartHost at once', async () => {
    const sink = await startSink();
    waypost.dns.zone['away.test'] = 'servfail';
    const sent = await sendMail({
      port: waypost.port,
      from: 'anna@waypost.test',
      to: 'bob@away.test',
      body: BODY,
    });
    expect(sent.accepted).toBe(true);
    await eventually(async () => (await waypost.engine.status()).queue.deferred === 1, {
      what: 'a deferred recipient',
    });

    const patch = { smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}` } };
    expect(await waypost.engine.preview(patch)).toEqual([
      `New mail and 1 waiting message go by the SmartHost 127.0.0.1:${sink.port}.`,
    ]);
    await waypost.engine.apply(patch);

    const [message] = await sink.waitFor(1);
    expect(message?.rcpts.map((rcpt) => rcpt.address)).toEqual(['bob@away.test']);
    await eventually(async () => (await waypost.engine.queue.list()).length === 0, {
      what: 'an empty queue',
    });
    await sink.stop();
  });
});

it('does not start on a settings file that it can not read, and says what to do', async () => {
  const { path, remove } = await temporaryFolder();
  await mkdir(join(path, 'settings.json'));
  await expect(startEngine({ dataFolder: path, version: 'test' })).rejects.toThrow(
    "settings.json can't be read (EISDIR). Put the file right, or move it away to start with defaults.",
  );
  await remove();
});

it('takes over settings at the start as a whole or not at all', async () => {
  const { path, remove } = await temporaryFolder();
  const settingsPatch = {
    maxMessageSizeMB: 9,
    tls: { certFile: '/nowhere/c.pem', keyFile: '/nowhere/k.pem' },
  };
  const start = startEngine({ dataFolder: path, version: 'test', settingsPatch });
  await expect(start).rejects.toMatchObject({
    code: 'CERTIFICATE_UNREADABLE',
    issues: [{ path: 'tls.certFile' }],
  });
  expect(await readdir(path)).not.toContain('settings.json');
  await remove();
});
