/** A part of the settings from a file or from standard input. */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Issue } from '../contract/validate.ts';
import { Failure, systemReason } from '../host/failure.ts';
import { jsonErrorOffset } from './json-position.ts';

/** The text is not JSON, which is said in one sentence with the place: a refusal of the settings as a whole. */
class NotJson extends Failure {
  readonly code = 'INVALID';
  readonly issues: readonly Issue[];

  constructor(sentence: string) {
    super(sentence);
    this.issues = [{ path: '', message: sentence }];
  }
}

/**
 * Reads and parses the JSON of `file`, or of `stdin` when that is `-`. What it holds is checked by the engine.
 * Rejects with Failure when it can't be read, and with NotJson when it can't be parsed.
 */
export async function readPatch(file: string, stdin: Readable): Promise<unknown> {
  const name = file === '-' ? 'The text on standard input' : file;
  let bytes: Buffer;
  try {
    bytes = file === '-' ? await buffer(stdin) : await readFile(file);
  } catch (error) {
    throw new Failure(`${name} can't be read: ${systemReason(error)}.`);
  }
  return parsePatch(new TextDecoder().decode(bytes), name);
}

/** Parses JSON; `name` begins the sentence of the error. */
export function parsePatch(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotJson(`${name} is not valid JSON: ${placeOf(text, jsonErrorOffset(text))}`);
  }
}

function placeOf(text: string, offset: number): string {
  if (text.trim() === '') return 'it is empty.';
  const before = text.slice(0, offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  if (offset >= text.length) return `it ends too early, at ${place}.`;
  const [rest = ''] = text.slice(offset, offset + 20).split(/[\r\n]/, 1);
  return `see ${place}, at ${rest.trim()}`;
}
