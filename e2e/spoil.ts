/** Spoils files of a data folder whose service is down. */
import { readFile, writeFile } from 'node:fs/promises';

const PAGE_BYTES = 4096;

/**
 * Spoils the page of a database that holds nothing but `letter` over and over again, the middle of a message's content.
 * Nobody notices before that message is read.
 */
export async function spoilContent(path: string, letter: string): Promise<Buffer> {
  const bytes = await readFile(path);
  const content = Buffer.alloc(PAGE_BYTES / 4, letter);
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
    // A page of this kind begins with the number of the next one.
    if (!bytes.subarray(at + 4, at + 4 + content.length).equals(content)) continue;
    bytes.fill(0xee, at, at + PAGE_BYTES);
    await writeFile(path, bytes);
    return bytes;
  }
  throw new Error(`No page of ${path} is full of ${letter}`);
}

/** Spoils so much of a file, 0 to 1. */
export async function spoilPart(path: string, { from, to }: { from: number; to: number }): Promise<Buffer> {
  const bytes = await readFile(path);
  bytes.fill(0xee, Math.floor(bytes.length * from), Math.ceil(bytes.length * to));
  await writeFile(path, bytes);
  return bytes;
}
