/**
 * The built window, read into memory at the start: a build that is made while the server runs changes nothing
 * for those who use it, and no request ever names a file of the disk.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface StaticFile {
  readonly type: string;
  readonly cache: string;
  readonly body: Buffer;
}

export interface RendererFiles {
  /** The page, with places that `pageOf` fills in. */
  readonly index: string;
  /** All other files by the path of their URL, such as `/assets/main-BqX1.js`. */
  readonly files: ReadonlyMap<string, StaticFile>;
}

/** The page for one answer. @param calls how the page reaches the engine: by a WebSocket, or a MessagePort */
export function pageOf({ index }: RendererFiles, nonce: string, calls: 'socket' | 'port'): string {
  return index.replaceAll('%NONCE%', nonce).replaceAll('%CALLS%', calls);
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The build puts a hash of the content into the name. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

/** Reads the build in `folder`. Undefined when there is none; rejects with what the system said otherwise. */
export async function loadRendererFiles(folder: string): Promise<RendererFiles | undefined> {
  const index = await readFile(join(folder, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return undefined;
  });
  if (index === undefined) return undefined;
  const files = new Map<string, StaticFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    if (!entry.isFile() || url === '/index.html' || url.endsWith('.map')) continue;
    const type = TYPES[extname(entry.name).toLowerCase()] ?? 'application/octet-stream';
    const cache = HASHED.test(url) ? 'private, max-age=31536000, immutable' : 'no-store';
    files.set(url, { type, cache, body: await readFile(path) });
  }
  return { index, files };
}
