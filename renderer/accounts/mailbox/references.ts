/** What a message refers to: links, and pictures that lie elsewhere. */

/** A link of a message. */
export interface MessageLink {
  /** What the message shows for it, '' for a picture without a name. */
  readonly text: string;
  /** Where it would lead, spelled out by the browser. */
  readonly address: string;
}

/** Pictures that are part of the message itself. No SVG, which is a document of its own. */
export const SAFE_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|bmp|avif)[;,]/i;

const LONGEST_TEXT = 100;
const LEADING = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Where a link would lead; undefined when that is nowhere, or nowhere a person would want to go. */
export function linkOf(anchor: Element): MessageLink | undefined {
  const href = anchor.getAttribute('href');
  if (href === null) return undefined;
  const url = URL.parse(href.trim());
  if (!url || !LEADING.has(url.protocol)) return undefined;
  const named = anchor.textContent.trim() || anchor.querySelector('img')?.getAttribute('alt') || '';
  return { text: named.replace(/\s+/g, ' ').slice(0, LONGEST_TEXT), address: url.href };
}

const PICTURES = new Set(['IMG', 'IMAGE', 'INPUT', 'SOURCE', 'FEIMAGE']);

/** Whether an element, as it came, would have had a picture loaded from elsewhere. */
export function hasRemoteImage(element: Element): boolean {
  const isPicture = PICTURES.has(element.tagName.toUpperCase());
  const names = isPicture
    ? ['src', 'srcset', 'href', 'xlink:href', 'lowsrc', 'dynsrc', 'background']
    : ['background', 'poster'];
  return names.some((name) => isRemote(element.getAttribute(name) ?? ''));
}

function isRemote(value: string): boolean {
  // Browsers pass over line ends and tabs within an address.
  return /(?:^|[\s,])(?:(?:https?|ftp):)?[\\/]{2}/i.test(value.replace(/[\t\n\r]/g, ''));
}
