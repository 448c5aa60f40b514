/**
 * The page of the frame that shows a message's HTML. The frame is sandboxed without any permission: no scripts, no
 * origin, no forms, no windows, no navigation of ours. Its page adds a policy of its own to that of the window,
 * which it inherits: pictures that are written into the page, the one style sheet that carries the nonce, nothing
 * else.
 */
import { withinStyleElement } from './clean-css.ts';
import type { CleanHtml } from './sanitise.ts';

/** Light, whatever the window is: that is what messages are written for. */
const BASE = `
  html { color-scheme: only light; color: #1b1c1e; }
  body { margin: 0.75rem; font: 0.875rem/1.45 system-ui, "Segoe UI", Cantarell, "Noto Sans", sans-serif; overflow-wrap: break-word; }
  pre { white-space: pre-wrap; }
  a[data-leads-to] { color: #0a5fb4; text-decoration: underline; cursor: default; }
  a[data-leads-to]:focus-visible { outline: 2px solid #0a5fb4 !important; outline-offset: 1px !important; }
  a[data-leads-to]:is(:hover, :focus-visible)::after {
    content: attr(data-leads-to); position: fixed; inset: auto auto 0 0; z-index: 2147483647; max-width: 100%;
    padding: 0.125rem 0.5rem; border: 1px solid #8b8f97; border-radius: 0 3px 0 0; box-sizing: border-box;
    background: #f6f6f7; color: #1b1c1e; font: 0.75rem/1.35 system-ui, sans-serif; text-decoration: none;
    text-align: start; text-indent: 0; letter-spacing: normal; text-transform: none; white-space: normal;
    overflow-wrap: anywhere; direction: ltr; unicode-bidi: isolate;
  }
`;

/** @param nonce that of the window's policy, without which no style applies */
export function framePage({ body, css }: Pick<CleanHtml, 'body' | 'css'>, nonce: string): string {
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src 'nonce-${nonce}'`,
    "form-action 'none'",
    "base-uri 'none'",
  ];
  return `<!doctype html>
<html lang="">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="referrer" content="no-referrer">
<title>Message</title>
<style nonce="${nonce}">${withinStyleElement(css)}</style>
<style nonce="${nonce}">${BASE}</style>
</head>
${body}
</html>`;
}

/** The nonce that came with this page. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
