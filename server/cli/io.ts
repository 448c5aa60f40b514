/** What a command has to do with the world around it; tests hand in their own. */
import type { Readable, Writable } from 'node:stream';
import { escapeControls } from './escape.ts';

/** Where signals and uncaught errors come from: the process, or an EventEmitter. */
export interface ProcessEvents {
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly events: ProcessEvents;
  /** Ends the process at once. For a second Ctrl+C and for what cannot be ended well; all else returns. */
  exitNow(code: number): void;
}

/** Whoever reads our output has had enough, as in `waypost log | head`. */
export class OutputClosed extends Error {}

/** Writes and waits until it is taken, so that a slow reader slows us down instead of filling memory. */
export async function write(stream: Writable, chunk: string | Uint8Array): Promise<void> {
  if (stream.destroyed) throw new OutputClosed();
  await new Promise<void>((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (!error) resolve();
      else reject('code' in error && isClosed(error.code) ? new OutputClosed() : error);
    });
  });
}

/** Writes one JSON value. Control characters stay escaped even where JSON would allow them raw. */
export async function writeJson(io: Io, value: unknown): Promise<void> {
  await write(io.stdout, `${safeJson(value, 2)}\n`);
}

/** Writes one JSON value of several, on a line of its own. */
export async function writeJsonLine(io: Io, value: unknown): Promise<void> {
  await write(io.stdout, `${safeJson(value)}\n`);
}

function safeJson(value: unknown, indent?: number): string {
  // Such characters stand inside of strings only, where \u is the same to whoever parses it.
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Writes text for people, ending it with a line end. The text has to be escaped already. */
export async function writeText(io: Io, text: string): Promise<void> {
  await write(io.stdout, `${text}\n`);
}

/** Says one line on standard error; nobody listening there is no reason to fail. */
export async function complain(io: Io, line: string): Promise<void> {
  await write(io.stderr, `${escapeControls(line)}\n`).catch(() => {});
}

function isClosed(code: unknown): boolean {
  // EIO: the terminal is gone.
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'EOF' || code === 'EIO';
}
