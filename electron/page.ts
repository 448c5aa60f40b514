/** Answers for the window's page at `app://waypost/`: the same build as in the browser, under a stricter policy. */
import { randomBytes } from 'node:crypto';
import { securityHeaders } from '../server/web/headers.ts';
import { pageOf, type RendererFiles } from '../server/web/renderer-files.ts';
import { isOwnUrl } from './origin.ts';

/** What is answered to one request. Nothing is read from disk: the build lies in memory. */
export function answerPage(files: RendererFiles, { url, method }: Pick<Request, 'url' | 'method'>): Response {
  const nonce = randomBytes(16).toString('base64');
  // The page's calls go by its port, so it needs no connection at all.
  const headers = securityHeaders(nonce, []);
  const answer = (status: number, type: string, body: string | Buffer) =>
    new Response(new Uint8Array(Buffer.from(body)), {
      status,
      headers: { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' },
    });
  if (!isOwnUrl(url) || method !== 'GET') return answer(403, 'text/plain; charset=utf-8', 'Not here.\n');
  const { pathname } = new URL(url);
  if (pathname === '/') return answer(200, 'text/html; charset=utf-8', pageOf(files, nonce, 'port'));
  const file = files.files.get(pathname);
  if (!file) return answer(404, 'text/plain; charset=utf-8', 'There is no such page.\n');
  return answer(200, file.type, file.body);
}
