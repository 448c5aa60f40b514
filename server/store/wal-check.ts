/**
 * Whether the write-ahead log of a database was damaged while nobody had it open.
 *
 * SQLite takes the frames of such a log up to the first whose checksum is wrong, which after a crash is simply its end,
 * and says nothing of what comes behind. But frames are written one after the other, and a commit is on disk before the
 * next transaction begins (disk-press.ts). So where a frame is wrong and behind it lies a commit of the
 * same log (the same salts) that others follow, that commit was acknowledged, and is lost.
 *
 * Not told: damage in the last transaction, which looks like its end. Not taken for damage: frames of an earlier round
 * of the log (other salts), of a transaction that was rolled back (no commit), and what a power cut left of the last one.
 *
 * The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { basename } from 'node:path';
import { nameAside } from '../mail/put-aside.ts';

const LOG_HEADER = 32;
const FRAME_HEADER = 24;
/** The last bit tells in which order the bytes of words are summed up: 0 little endian, 1 big endian. */
const MAGIC = 0x377f0682;

/** What has become of a log. */
export interface WalDamage {
  /** Frames that are right. */
  readonly frames: number;
  /** Commits behind them that are lost for certain. */
  readonly lostCommits: number;
}

/** Reads the log at `path` once, frame by frame; undefined when it is sound, or there is none. */
export function findWalDamage(path: string): WalDamage | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return check(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

/**
 * Looks at the log of the database at `path` before SQLite does, which writes over what it does not take. A damaged one
 * is kept as a copy. Returns what is lost, in sentences; undefined where nothing is.
 */
export async function heedWal(path: string): Promise<string | undefined> {
  const wal = `${path}-wal`;
  const damage = findWalDamage(wal);
  if (!damage) return undefined;
  const copy = nameAside(wal, 'damaged');
  const kept = await copyFile(wal, copy).then(
    () => `A copy was kept as ${basename(copy)}.`,
    (error: Error) => `It can't be kept: ${error.message}.`,
  );
  const { lostCommits: count } = damage;
  const times = count === 1 ? 'once' : `${count} times`;
  const lost = count > 0 ? `what was stored after that, at least ${times}, is lost` : 'what it held is lost';
  return `${basename(wal)}, where the newest mail is, was damaged while Waypost was not running: ${lost}. ${kept}`;
}

function check(file: number, size: number): WalDamage | undefined {
  if (size < LOG_HEADER + FRAME_HEADER) return undefined;
  const head = read(file, 0, Buffer.alloc(LOG_HEADER));
  const isSwapped = ((head.readUInt32BE(0) & 1) === 0) !== (endianness() === 'LE');
  const pageSize = head.readUInt32BE(8);
  let sums = summed(head.subarray(0, 24), [0, 0], isSwapped);
  const isHeadRight =
    (head.readUInt32BE(0) & ~1) === MAGIC &&
    sums[0] === head.readInt32BE(24) &&
    sums[1] === head.readInt32BE(28) &&
    pageSize >= 512;
  // Who can't tell where frames begin can't tell either whether there were any; the head is written at once.
  if (!isHeadRight) return head.every((byte) => byte === 0) ? undefined : { frames: 0, lostCommits: 0 };
  const salts = head.subarray(16, 24);
  const frameSize = FRAME_HEADER + pageSize;
  const total = Math.floor((size - LOG_HEADER) / frameSize);

  const frame = Buffer.alloc(frameSize);
  let frames = 0;
  for (; frames < total; frames++) {
    read(file, LOG_HEADER + frames * frameSize, frame);
    sums = summed(frame.subarray(0, 8), sums, isSwapped);
    sums = summed(frame.subarray(FRAME_HEADER), sums, isSwapped);
    if (!frame.subarray(8, 16).equals(salts)) break;
    if (sums[0] !== frame.readInt32BE(16) || sums[1] !== frame.readInt32BE(20)) break;
  }
  const header = frame.subarray(0, FRAME_HEADER);
  let lostCommits = 0;
  let unsure = 0;
  for (let at = frames; at < total; at++) {
    read(file, LOG_HEADER + at * frameSize, header);
    if (!header.subarray(8, 16).equals(salts)) continue;
    lostCommits += unsure;
    // The database's size in pages, which only a commit has.
    unsure = header.readUInt32BE(4) > 0 ? 1 : 0;
  }
  return lostCommits > 0 ? { frames, lostCommits } : undefined;
}

function read(file: number, position: number, buffer: Buffer): Buffer {
  readSync(file, buffer, 0, buffer.length, position);
  return buffer;
}

type Sums = readonly [number, number];

/** SQLite's checksum over words of four bytes, two at a time, begun with `sums`. */
function summed(bytes: Buffer, [first, second]: Sums, isSwapped: boolean): Sums {
  const { buffer, byteOffset, length } = isSwapped ? Buffer.from(bytes).swap32() : bytes;
  const words = new Int32Array(buffer, byteOffset, length / 4);
  let [one, two] = [first, second];
  for (let at = 0; at < words.length; at += 2) {
    one = ((words[at] ?? 0) + one + two) | 0;
    two = ((words[at + 1] ?? 0) + two + one) | 0;
  }
  return [one, two];
}
