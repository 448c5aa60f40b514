import { afterEach, describe, expect, it } from 'vitest';
import { sendMail } from './send-mail.ts';
import { type Sink, type SinkOptions, startSink } from './sink.ts';

let sink: Sink;

afterEach(() => sink.stop());

describe('sendMail', () => {
  const mail = { from: 'a@b.test', to: ['c@d.test', 'bad@d.test'], body: 'Subject: x\r\n\r\nHello' };

  it('reports every recipient and the outcome', async () => {
    sink = await startSink({
      starttls: 'on',
      auth: { users: { me: 'pw' }, required: true },
      rcpt: ({ address }) => (address === 'bad@d.test' ? '550 5.1.1 Nobody' : undefined),
    });
    const signedIn = { ...mail, port: sink.port, startTls: true, auth: { user: 'me', password: 'pw' } };
    const result = await sendMail({ ...signedIn, mailParams: 'RET=HDRS', rcptParams: 'NOTIFY=NEVER' });
    expect(result.recipients.map(({ address, reply }) => [address, reply.code])).toEqual([
      ['c@d.test', 250],
      ['bad@d.test', 550],
    ]);
    expect(result).toMatchObject({ accepted: true, final: { code: 250 } });
    expect(sink.messages[0]).toMatchObject({
      mailParams: { RET: 'HDRS' },
      rcpts: [{ address: 'c@d.test', params: { NOTIFY: 'NEVER' } }],
      session: { user: 'me', tls: true },
    });
    expect(sink.now).toBe(0);
  });

  it.each<[string, SinkOptions, number, number]>([
    ['the greeting', { greeting: '421 no' }, 421, 0],
    ['MAIL', { mail: '530 no' }, 530, 0],
    ['every RCPT', { rcpt: '550 no' }, 550, 2],
    ['DATA', { data: '451 no' }, 451, 2],
    ['the final dot', { body: '554 no' }, 554, 2],
  ])('reports a refusal at %s', async (_, options, code, count) => {
    sink = await startSink(options);
    const result = await sendMail({ ...mail, port: sink.port });
    expect(result).toMatchObject({ accepted: false, final: { code } });
    expect(result.recipients).toHaveLength(count);
  });
});
