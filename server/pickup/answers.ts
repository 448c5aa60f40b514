/** What a POP3 session answers (RFC 1939 section 3). Texts are ASCII: nothing else is agreed upon. */

export interface Answer {
  /** The first line, without its end. */
  readonly line: string;
  /** A multi-line response's content; dots and its end are added on the way. */
  readonly body?: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** What happens to the connection when the answer is out. */
  readonly next?: 'encrypt' | 'close';
}

export function ok(text: string): Answer {
  return { line: `+OK ${text}` };
}

export function no(text: string): Answer {
  return { line: `-ERR ${text}` };
}

export function count(messages: number): string {
  return messages === 1 ? '1 message' : `${messages} messages`;
}

export function lines(all: readonly string[]): Buffer[] {
  return all.length === 0 ? [] : [Buffer.from(`${all.join('\r\n')}\r\n`)];
}
