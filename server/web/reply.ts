/** What a request for a page or a file gets. Pure: `http.ts` writes it. */
import type { Access, Verdict, Visit } from './access.ts';
import { refusalPage, securityHeaders } from './headers.ts';
import { pageOf, type RendererFiles } from './renderer-files.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

/** @param nonce random, and never used for another reply */
export function replyTo(
  visit: Visit,
  access: Pick<Access, 'page' | 'cookie' | 'socketOrigin'>,
  files: RendererFiles,
  nonce: string,
): Reply {
  const verdict = access.page(visit);
  // Only a Host that is ours may appear in a header.
  // And not every browser takes 'self' for the WebSocket.
  const security = securityHeaders(nonce, isIn(verdict) ? ["'self'", access.socketOrigin(visit)] : []);
  const reply = (status: number, type: string, body: string | Buffer, more: Record<string, string> = {}) => ({
    status,
    headers: { 'Content-Type': type, 'Cache-Control': 'no-store', ...security, ...more },
    body,
  });
  if (!isIn(verdict)) return reply(403, HTML, refusalPage(nonce), verdict === 'again' ? AGAIN : {});
  if (visit.method !== 'GET' && visit.method !== 'HEAD') {
    return reply(405, TEXT, 'This can only be read.\n', { Allow: 'GET, HEAD', Connection: 'close' });
  }
  const setCookie = { 'Set-Cookie': access.cookie };
  if (verdict === 'enter') return reply(303, TEXT, '', { ...setCookie, Location: '/' });
  const [path = ''] = (visit.url ?? '').split('?', 1);
  if (path === '/') return reply(200, HTML, pageOf(files, nonce, 'socket'), setCookie);
  const file = files.files.get(path);
  if (!file) return reply(404, TEXT, 'There is no such page.\n');
  return reply(200, file.type, file.body, { 'Cache-Control': file.cache });
}

const AGAIN = { Refresh: '0; url=/' };

function isIn(verdict: Verdict): boolean {
  return verdict === 'allowed' || verdict === 'enter';
}
