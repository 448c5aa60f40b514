/** Everything a sink knows about one connection, kept after it has closed. */
export interface SinkSession {
  /** Counts up from 1 within one sink. */
  id: number;
  remoteAddress: string;
  remotePort: number;
  /** Every line received outside of message bodies, AUTH exchanges included. */
  commands: string[];
  /** The name given with the last EHLO or HELO. */
  helo: string | undefined;
  /** The user who signed in, if any. */
  user: string | undefined;
  tls: boolean;
  /** True once either side has ended the connection. */
  closed: boolean;
  /** Transactions on this connection that a MAIL command opened. */
  transactions: number;
}

/** ESMTP parameters: keyword in upper case → value as sent, '' where the keyword stands alone. */
export type SmtpParams = Record<string, string>;

/** A message the sink received to its final dot. */
export interface SinkMessage {
  /** The reverse path, '' for the null sender. */
  from: string;
  mailParams: SmtpParams;
  /** Accepted recipients only. */
  rcpts: { address: string; params: SmtpParams }[];
  /** The bytes as received, dots unstuffed, the last CRLF included. */
  body: Buffer;
  session: SinkSession;
  at: Date;
}

/**
 * What the sink does at a step.
 * - text: sent as it is, with CRLF added if it does not end in a line feed; it need not be valid SMTP
 * - `drop`: closes the socket without a word; `reset`: the same with a TCP RST
 * - `hang`: never answers, but keeps the connection open until the peer leaves or the sink stops
 * - `delayMs`: waits that many milliseconds first
 * - `drip`: sends the text one byte at a time, that many milliseconds apart
 * - `raw`: sends exactly these bytes, half a reply for instance, and goes on as if it had answered
 * - `close`: sends the text and ends the connection
 */
export type SinkReply =
  | string
  | 'drop'
  | 'reset'
  | 'hang'
  | { delayMs: number; reply: SinkReply }
  | { drip: string; everyMs: number }
  | { raw: string | Buffer }
  | { close: string };

/** A reply, or a function that makes one; undefined means the usual reply. */
export type SinkStep<Context> =
  | SinkReply
  | undefined
  | ((context: Context) => SinkReply | undefined | Promise<SinkReply | undefined>);

export interface SinkAuth {
  /** User → password. */
  users: Record<string, string>;
  /** Default: both. */
  mechanisms?: ('PLAIN' | 'LOGIN')[];
  /** When AUTH is offered and taken. Default: always. */
  offered?: 'always' | 'before-tls' | 'after-tls';
  /** Refuses MAIL with 530 until signed in. Default: false. */
  required?: boolean;
  /** The reply to a finished exchange. Anything but 2xx leaves the session signed out. */
  reply?: SinkStep<{ session: SinkSession; user: string; password: string; valid: boolean }>;
}

/**
 * How the sink behaves, step by step. What is left out behaves like a plain, friendly server.
 * It is read anew at each step, so a test may change it while connections are open.
 */
export interface SinkScript {
  greeting?: SinkStep<{ session: SinkSession }>;
  ehlo?: SinkStep<{ session: SinkSession; name: string }>;
  helo?: SinkStep<{ session: SinkSession; name: string }>;
  mail?: SinkStep<{ session: SinkSession; from: string; params: SmtpParams }>;
  rcpt?: SinkStep<{ session: SinkSession; from: string; address: string; params: SmtpParams }>;
  /** The reply to DATA. The body is read only after a 3xx. */
  data?: SinkStep<{ session: SinkSession; from: string; rcpts: string[] }>;
  /** The reply after the final dot. */
  body?: SinkStep<{ session: SinkSession; message: SinkMessage }>;
  rset?: SinkStep<{ session: SinkSession }>;
  quit?: SinkStep<{ session: SinkSession }>;
  /** EHLO keywords besides STARTTLS and AUTH, which follow from `starttls` and `auth`. */
  extensions?: string[];
  /** Left out: AUTH is not offered. */
  auth?: SinkAuth;
  /**
   * `off`: not offered. `refused`: offered, then 454. `broken`: 220, then bytes that are not TLS.
   * `silent`: 220, then nothing. Default: off.
   */
  starttls?: 'off' | 'on' | 'refused' | 'broken' | 'silent';
}

/** What a sink announces unless its script says otherwise. */
export const USUAL_EXTENSIONS = [
  'PIPELINING',
  'SIZE 1073741824',
  '8BITMIME',
  'SMTPUTF8',
  'DSN',
  'ENHANCEDSTATUSCODES',
];

/** The text with a line end, if it had none. */
export function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\r\n`;
}

/** The first digit of a reply's code; undefined for misbehaviour and for a reply that never gets to its end. */
export function replyClass(reply: SinkReply): string | undefined {
  let text = '';
  if (typeof reply === 'string') text = withLineEnd(reply);
  else if ('drip' in reply) text = withLineEnd(reply.drip);
  else if ('close' in reply) text = withLineEnd(reply.close);
  else if ('raw' in reply) text = reply.raw.toString();
  return /(?:^|\n)(\d)\d\d(?: [^\n]*)?\r?\n$/.exec(text)?.[1];
}

/** Runs a step to its reply, functions called; `usual` stands in for what the script leaves open. */
export async function decide<Context>(
  step: SinkStep<Context>,
  context: Context,
  usual: SinkReply,
): Promise<SinkReply> {
  const reply = typeof step === 'function' ? await step(context) : step;
  return reply ?? usual;
}

/** Splits `<address> KEY=value …`, the argument of MAIL FROM: and RCPT TO:; undefined if it is malformed. */
export function parsePath(argument: string): { address: string; params: SmtpParams } | undefined {
  const match = /^\s*<([^>]*)>(.*)$/.exec(argument);
  if (match === null) return undefined;
  const params: SmtpParams = {};
  for (const word of (match[2] ?? '').split(' ')) {
    if (word === '') continue;
    const [keyword = '', ...value] = word.split('=');
    params[keyword.toUpperCase()] = value.join('=');
  }
  return { address: match[1] ?? '', params };
}
