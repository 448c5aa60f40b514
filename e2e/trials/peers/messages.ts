/** The messages that are sent, and the comparison of what arrived with what was sent: exact, byte by byte. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A message on its way. */
export interface Mail {
  /** Its Message-ID, without brackets. */
  readonly id: string;
  readonly raw: Buffer;
  /** The file that holds it. */
  readonly file: string;
}

const line = (length: number, of: string) => of.repeat(Math.ceil(length / of.length)).slice(0, length);

/** Bodies that mail programs get wrong. Each must arrive as it is. */
export const BODIES = {
  text: Buffer.from('Good morning,\r\n\r\nnothing special here.\r\n'),
  /** Lines that begin with dots, and lone dots, which would end the message (RFC 5321, 4.5.2). */
  dots: Buffer.from('.\r\n..\r\n.first\r\n\r\n.\r\n...\r\n.. two\r\nend.\r\n.\r\n\r\nlast\r\n'),
  /** Bytes above 127, UTF-8 and Latin-1, NUL left out. */
  eightBit: Buffer.concat([
    Buffer.from('Grüße aus Köln — 8 bits\r\n'),
    Buffer.from('Gr\xfc\xdfe \xa4 \xff\r\n', 'latin1'),
  ]),
  /** Lines of 998 bytes, the most that is allowed, and of far more. */
  longLines: Buffer.from(`${line(998, 'a bc')}\r\n${line(5_000, 'word ')}\r\n.${line(9_999, 'x')}\r\n`),
} as const;

export interface MailOptions {
  readonly body?: Buffer;
  readonly subject?: string;
  readonly headers?: readonly string[];
  /** The size of the whole message in bytes: the body is filled with lines. */
  readonly size?: number;
}

/** Makes messages with ids of their own and keeps them in `folder`. */
export function mailMaker(folder: string) {
  let count = 0;
  return async (options: MailOptions = {}): Promise<Mail> => {
    const { body = BODIES.text, subject = 'A message', headers = [], size } = options;
    const id = `m${++count}.${process.pid}@trial.test`;
    const header = Buffer.from(
      [
        'Date: Tue, 24 Nov 2026 12:00:00 +0000',
        'From: Sender <sender@trial.test>',
        'To: Somebody <somebody@trial.test>',
        `Message-ID: <${id}>`,
        `Subject: ${subject}`,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        'X-Folded: one\r\n\ttwo\r\n three',
        ...headers,
        '\r\n',
      ].join('\r\n'),
    );
    const raw = Buffer.concat([header, size === undefined ? body : filled(size - header.length)]);
    const file = join(folder, `${count}.eml`);
    await writeFile(file, raw);
    return { id, raw, file };
  };
}

/** Lines that differ from each other, `size` bytes of them. */
function filled(size: number): Buffer {
  const bytes = Buffer.alloc(size, 0x2e);
  for (let at = 0, row = 0; at < size; at += 78, row++)
    bytes.write(`${String(row).padStart(76, ' ')}\r\n`, at, 'latin1');
  bytes.write('\r\n', size - 2, 'latin1');
  return bytes;
}

/** What servers put on top of a message on its way and at its destination. */
const TRACE = ['received', 'return-path', 'delivered-to', 'x-original-to', 'envelope-to', 'delivery-date'];

/**
 * Throws unless `arrived` is `sent` with nothing but trace fields before it. Resolves to those, unfolded, the last
 * added first.
 */
export function traceOf(arrived: Buffer, sent: Buffer): string[] {
  const begin = arrived.length - sent.length;
  if (begin < 0 || !arrived.subarray(begin).equals(sent)) {
    const [had, has] = [sent, arrived].map((each) => {
      const body = each.subarray(each.indexOf('\r\n\r\n') + 4);
      return `${body.length} bytes with SHA-256 ${createHash('sha256').update(body).digest('hex')}`;
    });
    const where = had === has ? 'The header was changed' : `The body was ${had} and is ${has}`;
    throw new Error(`${where}. It arrived with:\n${arrived.subarray(0, 1500).toString('latin1')}`);
  }
  const fields = arrived
    .subarray(0, begin)
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .slice(0, -1);
  const strange = fields.find((field) => !TRACE.includes(field.split(':', 1)[0]?.toLowerCase() ?? ''));
  if (strange !== undefined) throw new Error(`A header field was added: ${strange}`);
  return fields;
}

/** The `with` keyword of the newest Received line, such as ESMTPS (RFC 3848). */
export function protocolOf(trace: readonly string[]): string {
  const received = trace.find((field) => /^received:/i.test(field)) ?? '';
  return / with (\S+)/.exec(received)?.[1] ?? '';
}
