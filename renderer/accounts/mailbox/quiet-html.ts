/**
 * Quietens a message's HTML before anything parses it. A browser reacts to markup as soon as it parses it, even into
 * a page that is never shown: it reports each inline style and handler that the window's policy forbids, tries to
 * load some media, and takes minutes over elements that are nested without end. So styles are taken out (they come
 * back cleaned, as one style sheet of the frame), what it would react to goes on under another name, to be dropped
 * later, and how tangled the whole is is told.
 *
 * This is no part of what keeps hostile mail harmless. It reads tags as a browser does, in one pass, but whatever
 * it misreads only costs looks: everything it lets through still goes to the sanitiser.
 */
import { readTag, START_OF_TAG } from './read-tag.ts';

export interface QuietHtml {
  readonly html: string;
  /** The text of the style elements, in order. */
  readonly sheets: readonly string[];
  /** It has so many elements, or so many within each other, that a browser would not cope. */
  readonly isTangled: boolean;
}

/** The attribute under which a style attribute goes on. */
export const CSS_ATTRIBUTE = 'data-css';
/** The one under which others go on, until they are dropped. */
const OFF_ATTRIBUTE = 'data-off';

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
/** Elements that are dropped later, and load or steer something as soon as they are there. */
const LOADERS = new Set([
  'audio',
  'base',
  'embed',
  'frame',
  'iframe',
  'link',
  'object',
  'script',
  'track',
  'video',
]);
const LOADING = new Set(['data', 'href', 'src', 'srcdoc', 'target']);
/** Elements that end by themselves, so that they nest in nothing but what is counted. */
const ENDING = new Set(
  'area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead tr track wbr'.split(
    ' ',
  ),
);

/** From about here on a browser takes a second or more. */
const DEEPEST = 5000;
const MOST_ELEMENTS = 150_000;

export function quietHtml(html: string): QuietHtml {
  const kept: string[] = [];
  const sheets: string[] = [];
  const nesting = new Nesting();
  let from = 0;
  let at = html.indexOf('<');
  while (at !== -1) {
    if (html.startsWith('<!--', at)) {
      const end = endOfComment(html, at);
      if (end === -1) break;
      at = html.indexOf('<', end);
      continue;
    }
    START_OF_TAG.lastIndex = at;
    const [start, slash = '', named] = START_OF_TAG.exec(html) ?? [];
    if (start === undefined || named === undefined) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    const name = named.toLowerCase();
    const tag = readTag(html, at + start.length);
    const isText = slash === '' && TEXT_ELEMENTS.has(name);
    const end = isText ? endOfText(html, tag.end, name) : tag.end;
    nesting.see(name, slash === '' && !isText);
    if (isText && name === 'style') {
      kept.push(html.slice(from, at));
      from = end;
      const sheet = html.slice(tag.end, end).replace(/<\/style[^<]*$/i, '');
      sheets.push(tag.media === '' ? sheet : `@media ${tag.media}{${sheet}}`);
    } else {
      for (const attribute of tag.attributes) {
        const as = otherName(name, attribute.name);
        if (as === undefined) continue;
        kept.push(html.slice(from, attribute.position), as);
        from = attribute.position + attribute.name.length;
      }
    }
    at = html.indexOf('<', end);
  }
  return { html: kept.join('') + html.slice(from), sheets, isTangled: nesting.isTangled };
}

function otherName(element: string, attribute: string): string | undefined {
  if (attribute === 'style') return CSS_ATTRIBUTE;
  const isOff = attribute.startsWith('on') || (LOADERS.has(element) && LOADING.has(attribute));
  return isOff ? OFF_ATTRIBUTE : undefined;
}

/** Counts what is open, by name, since an end that fits nothing ends nothing. */
class Nesting {
  readonly #open = new Map<string, number>();
  #depth = 0;
  #elements = 0;
  isTangled = false;

  see(name: string, isStart: boolean): void {
    if (ENDING.has(name)) {
      this.#elements++;
    } else if (isStart) {
      this.#elements++;
      this.#depth++;
      this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    } else {
      const open = this.#open.get(name) ?? 0;
      if (open > 0) {
        this.#open.set(name, open - 1);
        this.#depth--;
      }
    }
    this.isTangled ||= this.#depth > DEEPEST || this.#elements > MOST_ELEMENTS;
  }
}

/** Behind a comment, some of which end as soon as they begin; -1 for one that does not end. */
function endOfComment(html: string, at: number): number {
  const [abrupt] = /^<!---?>/.exec(html.slice(at, at + 6)) ?? [];
  if (abrupt !== undefined) return at + abrupt.length;
  const closing = /--!?>/g;
  closing.lastIndex = at + 4;
  return closing.test(html) ? closing.lastIndex : -1;
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
