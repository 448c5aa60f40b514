/**
 * Makes a message's HTML harmless to look at. It is the first of several walls: what comes out of here is shown in
 * a frame that may not run scripts, has no origin, and whose policy lets nothing be loaded (`frame-page.ts`).
 *
 * Styles are taken out before anything else (`quiet-html.ts`). DOMPurify then keeps what is on two short lists,
 * of elements and of attributes that give text its form, and drops all others: whatever loads, runs, navigates,
 * submits, or is read by other rules than plain HTML. Then links lose their target and keep it as text, pictures
 * keep only what came with the message, and the styles come back cleaned.
 */
import DOMPurify from 'dompurify';
import { cleanDeclarations, cleanSheet } from './clean-css.ts';
import { CSS_ATTRIBUTE, quietHtml } from './quiet-html.ts';
import { hasRemoteImage, linkOf, type MessageLink, SAFE_IMAGE } from './references.ts';

export interface CleanHtml {
  /** The body element as HTML. */
  readonly body: string;
  readonly css: string;
  readonly links: readonly MessageLink[];
  /** Pictures would have been loaded from elsewhere. */
  readonly hasRemoteImages: boolean;
  /** The Content-IDs of pictures of the message that it shows. */
  readonly shown: ReadonlySet<string>;
}

/** `data:` addresses of the message's own pictures, by Content-ID without its brackets. */
export type OwnImages = ReadonlyMap<string, string>;

const ELEMENTS = `
  a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
  details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li
  main mark menu nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td
  tfoot th thead time tr tt u ul var wbr`
  .trim()
  .split(/\s+/);

const ATTRIBUTES = `
  abbr align alt bgcolor border cellpadding cellspacing class clear color colspan compact dir face headers height
  href hspace id lang noshade nowrap open reversed rowspan rules scope size span src start summary text title type
  valign value vspace width`
  .trim()
  .split(/\s+/)
  .concat(CSS_ATTRIBUTE);

/** Of addresses only these; what is no address at all, such as "center", may be anything. */
const ADDRESSES = /^(?:(?:https?|mailto|tel|cid|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i;

/**
 * Sanitises the HTML of a message. The result is for `framePage` only. Undefined where a browser would not cope
 * with it.
 */
export function sanitise(html: string, images: OwnImages): CleanHtml | undefined {
  const quiet = quietHtml(html);
  if (quiet.isTangled) return undefined;
  const purifier = DOMPurify(window);
  let hasRemoteImages = false;
  purifier.addHook('uponSanitizeElement', (node) => {
    if (node instanceof Element && hasRemoteImage(node)) hasRemoteImages = true;
  });
  const page = purifier.sanitize(quiet.html, {
    WHOLE_DOCUMENT: true,
    RETURN_DOM: true,
    ALLOWED_TAGS: ELEMENTS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: ADDRESSES,
    // Cleaned below, by the browser's own reading of it.
    ADD_URI_SAFE_ATTR: [CSS_ATTRIBUTE],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOW_UNKNOWN_PROTOCOLS: false,
  });
  const body = (page as Element).querySelector('body');
  if (!body) return { body: '<body></body>', css: '', links: [], hasRemoteImages, shown: new Set() };

  const links = [...body.querySelectorAll('a')].flatMap(disarmLink);
  const shown = new Set<string>();
  for (const image of body.querySelectorAll('img')) showOwnImage(image, images, shown);
  for (const other of body.querySelectorAll('[href]:not(a), [src]:not(img)')) {
    other.removeAttribute('href');
    other.removeAttribute('src');
  }
  const sheet = cleanSheet(quiet.sheets.join('\n'));
  const inline = applyStyles(body);
  return {
    body: body.outerHTML,
    css: sheet.text + inline.css,
    links,
    hasRemoteImages: hasRemoteImages || sheet.hasRemote || inline.hasRemote,
    shown,
  };
}

/** A link that goes nowhere and says where it would lead. */
function disarmLink(anchor: HTMLAnchorElement): MessageLink[] {
  const link = linkOf(anchor);
  anchor.removeAttribute('href');
  if (!link) return [];
  anchor.title = link.address;
  anchor.setAttribute('data-leads-to', link.address);
  anchor.tabIndex = 0;
  return [link];
}

function showOwnImage(image: HTMLImageElement, images: OwnImages, shown: Set<string>): void {
  const source = image.getAttribute('src')?.trim() ?? '';
  const id = /^cid:(.*)/is.exec(source)?.[1];
  const own = id === undefined ? undefined : images.get(decoded(id));
  if (id !== undefined && own !== undefined) {
    shown.add(decoded(id));
    image.src = own;
  } else if (!SAFE_IMAGE.test(source)) image.removeAttribute('src');
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** Gives every element its cleaned style back, by a rule as strong as the attribute was. */
function applyStyles(body: HTMLElement): { css: string; hasRemote: boolean } {
  const numbers = new Map<string, number>();
  let css = '';
  let hasRemote = false;
  const styled = [...body.querySelectorAll(`[${CSS_ATTRIBUTE}]`)];
  if (body.hasAttribute(CSS_ATTRIBUTE)) styled.push(body);
  for (const element of styled) {
    const given = element.getAttribute(CSS_ATTRIBUTE) ?? '';
    let number = numbers.get(given);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(given, number);
      const clean = cleanDeclarations(given);
      css += clean.text === '' ? '' : `${STRONG}[${CSS_ATTRIBUTE}="${number}"]{${clean.text}}`;
      hasRemote ||= clean.hasRemote;
    }
    element.setAttribute(CSS_ATTRIBUTE, String(number));
  }
  return { css, hasRemote };
}

/** Stronger than any selector of a sane message. */
const STRONG = ':not(#a#b#c)'.repeat(2);
