/** What is said at MAIL and RCPT, by what the message needs and the peer offers. */
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { directTo } from '../testing/fixtures/mx-hosts.ts';

describe('the envelope', () => {
  it('has SIZE, BODY and the DSN parameters of each recipient', async () => {
    const { run, first } = await directTo();
    await run({
      content: 'Subject: x\r\n\r\nGrüße\r\n',
      ret: 'HDRS',
      envid: 'a+b=c d',
      to: [
        { address: 'bob@a.test', notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;Bob+x@old.test' },
        { address: 'eve@a.test', notify: ['NEVER'] },
        { address: 'joe@a.test' },
      ],
    });
    expect(first.messages[0]).toMatchObject({
      mailParams: { SIZE: '23', BODY: '8BITMIME', RET: 'HDRS', ENVID: 'a+2Bb+3Dc+20d' },
      rcpts: [
        { address: 'bob@a.test', params: { NOTIFY: 'SUCCESS,DELAY', ORCPT: 'rfc822;Bob+2Bx@old.test' } },
        { address: 'eve@a.test', params: { NOTIFY: 'NEVER' } },
        { address: 'joe@a.test', params: {} },
      ],
    });
    expect(Object.keys(first.messages[0]?.rcpts[2]?.params ?? { none: 1 })).toEqual([]);
  });

  it('has no parameter that the peer does not offer; 8-bit content goes as it is', async () => {
    const { run, first } = await directTo({ extensions: [] });
    const content = 'Subject: x\r\n\r\nGrüße\r\n';
    await run({
      content,
      ret: 'FULL',
      envid: 'x',
      to: [{ address: 'bob@a.test', notify: ['NEVER'], orcpt: 'rfc822;b@c.test' }],
    });
    expect(first.messages[0]?.mailParams).toEqual({});
    expect(first.messages[0]?.rcpts[0]?.params).toEqual({});
    expect(first.messages[0]?.body.toString()).toBe(content);
  });

  it('has SMTPUTF8 where an address or the content needs it, and only there', async () => {
    const { run, first } = await directTo();
    await run({ to: ['jürgen@a.test'] });
    await run({ smtpUtf8: true, content: 'Subject: Grüße\r\n\r\n' });
    await run({ smtpUtf8: true });
    await run({ sender: 'ann@grüße.test' });
    expect(first.messages.map(({ mailParams }) => 'SMTPUTF8' in mailParams)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(first.sessions[0]?.commands.join('\n')).not.toMatch(/SMTPUTF8.*SMTPUTF8/);
    expect(first.messages[0]?.rcpts[0]?.address).toBe('jürgen@a.test');
    expect(first.messages[3]?.from).toBe('ann@xn--gre-6ka8l.test');
  });

  it('may have the null sender', async () => {
    const { run, first } = await directTo();
    await run({ sender: '' });
    expect(first.sessions[0]?.commands).toContainEqual(expect.stringMatching(/^MAIL FROM:<> /));
  });
});

it('leaves in two writes, each of which wakes the peer: the envelope, and the content with all around it', async () => {
  const { run, first } = await directTo({ extensions: ['PIPELINING'] });
  const writes: string[] = [];
  const { _write: write, _writev: writev } = Socket.prototype;
  const isOurs = ({ remotePort }: Socket) => remotePort === first.port;
  vi.spyOn(Socket.prototype, '_write').mockImplementation(function (this: Socket, ...args) {
    if (isOurs(this)) writes.push(String(args[0]));
    write.apply(this, args);
  });
  vi.spyOn(Socket.prototype, '_writev').mockImplementation(function (this: Socket, ...args) {
    if (isOurs(this)) writes.push(args[0].map(({ chunk }) => String(chunk)).join(''));
    writev?.apply(this, args);
  });
  await run({ content: 'Subject: x\r\n\r\n.Hi\r\n', to: [{ address: 'bob@a.test' }] });
  vi.restoreAllMocks();
  const begin = writes.findIndex((said) => said.startsWith('MAIL'));
  expect(writes.slice(begin, begin + 2)).toEqual([
    expect.stringMatching(/^MAIL FROM:<ann@our\.test>.*\r\nRCPT TO:<bob@a\.test>\r\nDATA\r\n$/),
    'Subject: x\r\n\r\n..Hi\r\n.\r\n',
  ]);
});
