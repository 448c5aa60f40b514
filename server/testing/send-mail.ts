import { connectSmtp, type SmtpClientOptions, type SmtpReply } from './smtp-client.ts';

export interface SendMailOptions extends SmtpClientOptions {
  from: string;
  to: string | string[];
  body: string | Buffer;
  auth?: { user: string; password: string };
  /** STARTTLS before anything else. Default: false. */
  startTls?: boolean;
  /** The EHLO name. Default: `client.test`. */
  name?: string;
  /** What follows the address in MAIL and in each RCPT, such as `SIZE=100` or `NOTIFY=NEVER`. */
  mailParams?: string;
  rcptParams?: string;
}

export interface SendMailResult {
  /** One per recipient, in the order given; empty when the attempt ended before RCPT. */
  recipients: { address: string; reply: SmtpReply }[];
  /** The reply that ended the attempt: that after the final dot, or the refusal that came before. */
  final: SmtpReply;
  /** Whether the server took the message over, for the recipients it accepted. */
  accepted: boolean;
}

/**
 * Sends one message over a connection of its own and reports the replies. A refusal resolves, a lost connection
 * rejects.
 */
export async function sendMail(options: SendMailOptions): Promise<SendMailResult> {
  const { from, to, body, auth, startTls = false, name = 'client.test', mailParams, rcptParams } = options;
  const client = await connectSmtp(options);
  const recipients: SendMailResult['recipients'] = [];
  try {
    let final = client.greeting;
    const steps = [
      () => client.command(`EHLO ${name}`),
      ...(startTls ? [() => client.startTls(), () => client.command(`EHLO ${name}`)] : []),
      ...(auth ? [() => client.authPlain(auth.user, auth.password)] : []),
      () => client.command(`MAIL FROM:<${from}>${mailParams ? ` ${mailParams}` : ''}`),
    ];
    for (const step of steps) {
      if (!isPositive(final)) return { recipients, final, accepted: false };
      final = await step();
    }
    if (!isPositive(final)) return { recipients, final, accepted: false };
    for (const address of [to].flat()) {
      final = await client.command(`RCPT TO:<${address}>${rcptParams ? ` ${rcptParams}` : ''}`);
      recipients.push({ address, reply: final });
    }
    if (!recipients.some(({ reply }) => isPositive(reply))) return { recipients, final, accepted: false };
    final = await client.data(body);
    if (!client.isClosed) await client.quit().catch(() => {});
    return { recipients, final, accepted: isPositive(final) };
  } finally {
    client.destroy();
  }
}

function isPositive(reply: SmtpReply): boolean {
  return reply.code >= 200 && reply.code < 300;
}
