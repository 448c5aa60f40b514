import { extname } from 'node:path';

/**
 * The name under which a file that can't be used is kept beside its successor: `log.db` as `log.unusable-….db`.
 * @param what is the matter with it, in a word
 */
export function nameAside(path: string, what: string, now = new Date()): string {
  const extension = extname(path);
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  return `${path.slice(0, path.length - extension.length)}.${what}-${stamp}${extension}`;
}
