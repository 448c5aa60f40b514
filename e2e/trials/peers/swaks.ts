/** swaks, the tester's SMTP client: sends one message and keeps what was said. */
import { readFile, writeFile } from 'node:fs/promises';
import { run } from './command.ts';
import type { Where } from './python.ts';

export interface SwaksSend extends Where {
  readonly from: string;
  readonly to: readonly string[];
  /** The file that holds the message. swaks doubles its dots. */
  readonly file: string;
  readonly auth?: { readonly user: string; readonly password: string; readonly mechanism: 'PLAIN' | 'LOGIN' };
  /** Sends MAIL, RCPT and DATA in one go (RFC 2920). Default: false. */
  readonly pipeline?: boolean;
}

export interface SwaksSent {
  /** 0 when the message was taken; else which step failed, by swaks' own numbering. */
  readonly code: number | null;
  /** The dialogue. */
  readonly said: string;
}

const SECURITY = { none: [], starttls: ['--tls'], tls: ['--tls-on-connect'] };

/** Sends as told; a refusal resolves. */
export async function swaks(order: SwaksSend): Promise<SwaksSent> {
  const { host, port, source, security = 'none', from, to, file, auth, pipeline = false } = order;
  // swaks ends the last line by itself.
  const data = `${file}.swaks`;
  await writeFile(data, (await readFile(file)).subarray(0, -2));
  const signIn = auth && [
    '--auth',
    auth.mechanism,
    '--auth-user',
    auth.user,
    '--auth-password',
    auth.password,
  ];
  const { code, stdout, stderr } = await run('swaks', [
    ...['--server', host, '--port', String(port), '--local-interface', source, '--ehlo', 'swaks.test'],
    ...['--from', from, '--to', to.join(','), '--data', `@${data}`, '--timeout', '60'],
    // What is said without the message itself, which may have 25 MB.
    ...['--suppress-data', '--no-hints'],
    ...SECURITY[security],
    ...(signIn ?? []),
    ...(pipeline ? ['--pipeline'] : []),
  ]);
  return { code, said: stdout.toString('latin1') + stderr };
}
