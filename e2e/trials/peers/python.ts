/** Python as a mail client (smtplib, poplib) and as a reader of what arrived (email), by way of `mail.py`. */
import { join } from 'node:path';
import { mustRun } from './command.ts';

export type Security = 'none' | 'starttls' | 'tls';

export interface Where {
  readonly host: string;
  readonly port: number;
  readonly source: string;
  readonly security?: Security;
}

export interface PythonSend extends Where {
  readonly auth?: { readonly user: string; readonly password: string; readonly mechanism: 'PLAIN' | 'LOGIN' };
  readonly from: string;
  readonly to: readonly string[];
  /** The file that holds the message. */
  readonly file: string;
  /** Parameters of MAIL, and of each RCPT. */
  readonly mail?: readonly string[];
  readonly rcpt?: readonly string[];
}

export interface PythonSent {
  /** Of the last reply: the final one, or the refusal that ended it. */
  readonly code: number;
  readonly text: string;
  readonly recipients: readonly (readonly [address: string, code: number, text: string])[];
}

export interface PythonPickUp {
  readonly port: number;
  readonly security: Security;
  readonly user: string;
  readonly password: string;
  readonly deletes: boolean;
  /** Whether it ends with QUIT, or just leaves. */
  readonly quits: boolean;
}

export interface PythonPickedUp {
  /** By UID, in base64. */
  readonly messages: Readonly<Record<string, string>>;
  /** What LIST says of the sizes, in order. */
  readonly sizes: readonly number[];
  readonly capabilities: readonly string[];
}

/** A message as Python reads it. */
export interface PythonRead {
  readonly type: string;
  /** Decoded, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly defects: readonly string[];
  readonly parts: readonly (readonly [type: string, file: string | null, sha256: string])[];
  /** The fields of a delivery report: those of the message, then those of each recipient (RFC 3464). */
  readonly reports: readonly Readonly<Record<string, string>>[];
  /** The type of the part that brings the message back; '' when there is none. */
  readonly returned: string;
}

export interface Python {
  send(order: PythonSend): Promise<PythonSent>;
  /** The extensions announced, in lower case, and the codes of the replies to some lines. */
  probe(order: Where & { lines: readonly string[] }): Promise<{ features: string[]; replies: number[] }>;
  /** Picks up a mailbox (poplib). */
  pickUp(order: PythonPickUp): Promise<PythonPickedUp>;
  compose(order: {
    file: string;
    headers: Record<string, string>;
    text: string;
    /** By file name, in base64. */
    attachments: Record<string, string>;
  }): Promise<void>;
  read(file: string): Promise<PythonRead>;
}

/** Python at the path given. */
export function python(program: string): Python {
  const script = join(import.meta.dirname, 'mail.py');
  const ask = async <T>(task: string, order: object): Promise<T> =>
    JSON.parse((await mustRun(program, [script], { input: JSON.stringify([task, order]) })).toString()) as T;
  return {
    send: (order) => ask('send', order),
    probe: (order) => ask('probe', order),
    pickUp: (order) => ask('pick_up', order),
    compose: async (order) => void (await ask('compose', order)),
    read: (file) => ask('read', { file }),
  };
}
