/**
 * Takes the styles out of a message's HTML before anything parses it: the text of style elements is collected, and
 * style attributes go on under another name. The window's policy forbids inline styles, and the browser would
 * report every single one as soon as it parses the message; what is taken out here comes back cleaned, as one
 * style sheet of the frame.
 *
 * This is no part of what keeps hostile mail harmless. It reads tags as a browser does, in one pass, but whatever
 * it misreads only loses its look: everything it lets through still goes to the sanitiser.
 */

export interface Lifted {
  readonly html: string;
  /** The text of the style elements, in order. */
  readonly sheets: readonly string[];
}

/** The attribute under which a style attribute goes on. */
export const CSS_ATTRIBUTE = 'data-css';

/** Elements whose content is text to a parser, so that no tags are in it. */
const TEXT_ELEMENTS = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
]);

const SPACE = /[\t\n\f\r /]/;
const END_OF_NAME = /[\t\n\f\r />=]/;

export function liftStyles(html: string): Lifted {
  const kept: string[] = [];
  const sheets: string[] = [];
  let from = 0;
  let at = html.indexOf('<');
  while (at !== -1) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4);
      if (end === -1) break;
      at = html.indexOf('<', end + 3);
      continue;
    }
    const name = /^[a-z][^\t\n\f\r />]*/i.exec(html.slice(at + 1, at + 40))?.[0].toLowerCase();
    if (name === undefined) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    const tag = readTag(html, at + 1 + name.length);
    const isText = TEXT_ELEMENTS.has(name);
    const end = isText ? endOfText(html, tag.end, name) : tag.end;
    if (name === 'style') {
      kept.push(html.slice(from, at));
      from = end;
      const sheet = html.slice(tag.end, end).replace(/<\/style[^<]*$/i, '');
      sheets.push(tag.media === '' ? sheet : `@media ${tag.media}{${sheet}}`);
    } else {
      for (const position of tag.styles) {
        kept.push(html.slice(from, position), CSS_ATTRIBUTE);
        from = position + 'style'.length;
      }
    }
    at = html.indexOf('<', end);
  }
  return { html: kept.join('') + html.slice(from), sheets };
}

interface Tag {
  /** Behind the `>`, or the end of the text. */
  readonly end: number;
  /** Where the names of style attributes begin. */
  readonly styles: readonly number[];
  /** The media that a style element is for, '' for all. */
  readonly media: string;
}

/** Reads the attributes of a tag, from behind its name (HTML, section 13.2.5.32 and on). */
function readTag(html: string, start: number): Tag {
  const styles: number[] = [];
  let media = '';
  let at = start;
  for (;;) {
    while (at < html.length && SPACE.test(html.charAt(at))) at++;
    if (at >= html.length) break;
    if (html[at] === '>') return { end: at + 1, styles, media };
    const nameStart = at;
    at++;
    while (at < html.length && !END_OF_NAME.test(html.charAt(at))) at++;
    const name = html.slice(nameStart, at).toLowerCase();
    if (name === 'style') styles.push(nameStart);
    while (at < html.length && SPACE.test(html.charAt(at)) && html[at] !== '/') at++;
    if (html[at] !== '=') continue;
    at++;
    while (at < html.length && SPACE.test(html.charAt(at)) && html[at] !== '/') at++;
    const quote = html[at];
    const valueStart = at;
    if (quote === '"' || quote === "'") {
      const close = html.indexOf(quote, at + 1);
      at = close === -1 ? html.length : close + 1;
      if (name === 'media') media = html.slice(valueStart + 1, at - 1);
    } else {
      while (at < html.length && !/[\t\n\f\r >]/.test(html.charAt(at))) at++;
      if (name === 'media') media = html.slice(valueStart, at);
    }
  }
  return { end: html.length, styles, media };
}

/** Behind the tag that ends an element of text. */
function endOfText(html: string, from: number, name: string): number {
  const closing = new RegExp(`</${name}[\\t\\n\\f\\r />]`, 'gi');
  closing.lastIndex = from;
  const found = closing.exec(html);
  if (!found) return html.length;
  const end = html.indexOf('>', found.index);
  return end === -1 ? html.length : end + 1;
}
