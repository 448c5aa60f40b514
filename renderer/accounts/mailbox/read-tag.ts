/** Reads a tag as a browser does (HTML, sections 13.2.5.6 to 13.2.5.40). */

export interface Tag {
  /** Behind the `>`, or the end of the text. */
  readonly end: number;
  readonly attributes: readonly { readonly position: number; readonly name: string }[];
  /** The value of the media attribute, '' when there is none. */
  readonly media: string;
}

/** `<`, a slash where it is an end, and the name. To be tried at a position: it is sticky. */
export const START_OF_TAG = /<(\/?)([a-z][^\t\n\f\r />]*)/iy;

const SPACE = /[\t\n\f\r ]/;
const END_OF_NAME = /[\t\n\f\r />=]/;
const END_OF_VALUE = /[\t\n\f\r >]/;

/** Reads the attributes of a tag, from behind its name. */
export function readTag(html: string, start: number): Tag {
  const attributes: Tag['attributes'][number][] = [];
  let media = '';
  let at = start;
  const pass = (some: RegExp, isWanted: boolean) => {
    while (at < html.length && some.test(html.charAt(at)) === isWanted) at++;
  };
  while (at < html.length) {
    pass(SPACE, true);
    if (html[at] === '/') {
      at++;
      continue;
    }
    if (html[at] === '>') return { end: at + 1, attributes, media };
    if (at >= html.length) break;
    const position = at;
    // Even a = begins a name where there is none yet.
    at++;
    pass(END_OF_NAME, false);
    const name = html.slice(position, at).toLowerCase();
    attributes.push({ position, name });
    pass(SPACE, true);
    if (html[at] !== '=') continue;
    at++;
    pass(SPACE, true);
    const quote = html[at];
    const valueStart = at;
    if (quote === '"' || quote === "'") {
      const close = html.indexOf(quote, at + 1);
      at = close === -1 ? html.length : close + 1;
      if (name === 'media') media = html.slice(valueStart + 1, at - 1);
    } else {
      pass(END_OF_VALUE, false);
      if (name === 'media') media = html.slice(valueStart, at);
    }
  }
  return { end: html.length, attributes, media };
}
