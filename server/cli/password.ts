/** A password from standard input, so that it never stands on a command line for others to see. */
import type { Readable } from 'node:stream';
import { Failure } from '../host/failure.ts';

const LONGEST = 4096;

/**
 * The first line without its line end, or everything when there is no line end. Reads no further than needed.
 * Rejects with Failure when it is empty, too long, or not UTF-8.
 */
export async function readPassword(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    const end = bytes.indexOf('\n');
    chunks.push(end < 0 ? bytes : bytes.subarray(0, end));
    size += bytes.length;
    if (end >= 0 || size > LONGEST) break;
  }
  const line = Buffer.concat(chunks);
  if (line.length > LONGEST) throw new Failure('The password on standard input is too long.');
  const password = decode(line).replace(/\r$/, '');
  if (password === '') throw new Failure('The password on standard input is empty.');
  return password;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('The password on standard input is not UTF-8.');
  }
}
