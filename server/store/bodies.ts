/**
 * Message content on its way in, at rest and on its way out.
 *
 * Up to 256 KiB stays in memory and goes into the database row. More spills to a file under `messages/`,
 * which is on disk, name included, before the row that refers to it is committed. A file that no row
 * names (its writer was killed) is removed at the next start.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { joined } from '../mail/joined.ts';
import type { Body } from '../mail/message.ts';
import { builtOnce } from './built-once.ts';
import type { Db } from './schema.ts';

/** Content up to this many bytes is kept in memory and in the row. */
export const SPILL_BYTES = 256 * 1024;

/** A write takes longer to hand to another thread than to do, so this much goes at once. */
const GATHER_BYTES = 64 * 1024;
/** More than any header of a message that other servers take. */
const HEAD_BYTES = 128 * 1024;

const contentRows = builtOnce((db: Db, id: string) =>
  db.selectFrom('messages').select(['content', 'content_file']).where('id', '=', id),
);

/** Takes the content of one message. End it with `finish` or with `discard`, which may be called again. */
export class BodyWriter {
  readonly #path: string;
  /** All there is, or what is not in the file yet. */
  #chunks: Buffer[] = [];
  #gathered = 0;
  #file: FileHandle | undefined;
  size = 0;

  /** @param path the file to spill to, should the content grow beyond `SPILL_BYTES` */
  constructor(path: string) {
    this.#path = path;
  }

  /** The first bytes of the content: enough for any header. */
  async head(): Promise<Buffer> {
    const file = this.#file;
    if (!file) return this.#take();
    await this.#writeOut(file);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  }

  /** Adds bytes, which the caller must not change afterwards. Rejects when the disk does. */
  async write(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
    this.#gathered += chunk.length;
    this.size += chunk.length;
    if (this.size <= SPILL_BYTES) return;
    this.#file ??= await open(this.#path, 'wx+', 0o600);
    if (this.#gathered >= GATHER_BYTES) await this.#writeOut(this.#file);
  }

  /** The complete content; a file is on disk with its name when this resolves. */
  async finish(): Promise<Body> {
    const file = this.#file;
    if (!file) return { kind: 'memory', bytes: this.#take() };
    await this.#writeOut(file);
    await file.sync();
    await syncFolder(join(this.#path, '..'));
    await file.close();
    // Only now: until here a failure leaves the file to `discard`.
    this.#file = undefined;
    return { kind: 'file', path: this.#path };
  }

  /** Forgets the content and removes its file. What was finished is not touched any more. */
  async discard(): Promise<void> {
    this.#chunks = [];
    const file = this.#file;
    this.#file = undefined;
    if (!file) return;
    await file.close().catch(() => {});
    await unlink(this.#path);
  }

  async #writeOut(file: FileHandle): Promise<void> {
    const bytes = this.#take();
    this.#chunks = [];
    this.#gathered = 0;
    await file.writeFile(bytes);
  }

  /** What was gathered, as one. */
  #take(): Buffer {
    const bytes = joined(this.#chunks);
    this.#chunks = [bytes];
    return bytes;
  }
}

/** How many files a sweep removed, and how many it moved aside. */
export interface Swept {
  readonly removed: number;
  readonly kept: number;
}

/** The content of stored messages. */
export class Bodies {
  readonly #db: Db;
  readonly #folder: string;

  readonly #hasLost: boolean;

  /** @param hasLost whether the database has lost messages, so that their content is worth keeping */
  constructor(db: Db, folder: string, hasLost = false) {
    this.#db = db;
    this.#folder = folder;
    this.#hasLost = hasLost;
  }

  /** A writer for the message with this id. */
  writer(id: string): BodyWriter {
    return new BodyWriter(join(this.#folder, id));
  }

  /** Removes the file of a body that was finished but not committed. */
  async abandon(body: Body): Promise<void> {
    if (body.kind === 'file') await unlink(body.path);
  }

  /**
   * Removes content files by name, as the commits that dropped their messages report them. Never rejects,
   * since those commits stand: a file that can't be removed now is a stray at the next start.
   */
  async remove(files: readonly string[]): Promise<void> {
    await Promise.allSettled(files.map((file) => unlink(join(this.#folder, file))));
  }

  /** The first bytes of a body that is not committed yet, up to `SPILL_BYTES`: enough for any header. */
  async head(body: Body): Promise<Buffer> {
    return body.kind === 'memory' ? body.bytes : readPart(body.path, 0, SPILL_BYTES);
  }

  /** Opens a message's content for reading. Rejects when the message is gone or its file unreadable. */
  async open(id: string): Promise<Readable> {
    const { bytes, file } = await this.#locate(id);
    return bytes ? Readable.from([bytes], { objectMode: false }) : createReadStream(file);
  }

  /** Bytes `offset` to `offset + length` of the content, fewer at its end. */
  async read(id: string, offset: number, length: number): Promise<Buffer> {
    const { bytes, file } = await this.#locate(id);
    if (bytes) return bytes.subarray(offset, offset + length);
    return readPart(file, offset, length);
  }

  /**
   * Removes files that no message names: what a killed process left half written. Only for the start, before
   * new ones are written. A database without a single message beside files full of them is a database that was
   * lost, and one may be known to have lost some. Then nothing is removed: the files are moved to `messages.kept`
   * beside the folder.
   */
  async sweep(): Promise<Swept> {
    const rows = await this.#db.selectFrom('messages').select('content_file').execute();
    const named = new Set(rows.map((row) => row.content_file));
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const stray = entries
      .filter((entry) => entry.isFile() && !named.has(entry.name))
      .map((entry) => entry.name);
    if (stray.length === 0 || (rows.length > 0 && !this.#hasLost)) {
      await this.remove(stray);
      return { removed: stray.length, kept: 0 };
    }
    const aside = `${this.#folder}.kept`;
    await mkdir(aside, { recursive: true, mode: 0o700 });
    for (const file of stray) await rename(join(this.#folder, file), join(aside, file));
    return { removed: 0, kept: stray.length };
  }

  async #locate(id: string): Promise<{ bytes: Buffer | undefined; file: string }> {
    const [row] = await contentRows(this.#db, id);
    if (!row) throw new Error(`Message ${id} is gone.`);
    if (row.content_file === null) return { bytes: asBuffer(row.content ?? new Uint8Array()), file: '' };
    const file = join(this.#folder, row.content_file);
    await stat(file);
    return { bytes: undefined, file };
  }
}

/** How a body is put into its row: the bytes themselves, or the name of their file. */
export function bodyColumns(body: Body): { content: Uint8Array | null; content_file: string | null } {
  return body.kind === 'memory'
    ? { content: body.bytes, content_file: null }
    : { content: null, content_file: basename(body.path) };
}

async function readPart(path: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A new name is on disk only when its folder is; Windows has no such call and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
