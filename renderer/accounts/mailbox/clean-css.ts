/**
 * Cleans the styles of a message. The browser itself reads them, into a style sheet that belongs to no page, and
 * from what it understood a new text is written: known rules and declarations that can't load anything. So escapes,
 * comments and faults of syntax hide nothing, since they are gone before anybody looks.
 */

export interface CleanCss {
  readonly text: string;
  /** Something would have been loaded from elsewhere. */
  readonly hasRemote: boolean;
}

/** Whatever names an address, and what could still become one: variables and escapes are not resolved yet. */
const LOADS = /(?:url|src|image|image-set|cross-fade|element|paint|var|env|attr|expression)\(|\\/i;
const REMOTE = /\(\s*["']?\s*(?:[a-z][a-z0-9+.-]*:)?\/\//i;
/** At-rules that are dropped anyway get a name that browsers pass over without a word. */
const OTHER_AT_RULES = /@(?!media[\s(])/gi;
/** What would put text of the sender's into places that are ours, or hold it there. */
const UNWANTED = new Set(['content']);
const HOLDING = /^(?:fixed|sticky|-webkit-sticky)$/;

/** Cleans the declarations of a style attribute. */
export function cleanDeclarations(css: string): CleanCss {
  const [rule] = parse(`x{${css}\n}`).cssRules;
  return rule instanceof CSSStyleRule ? cleanStyle(rule.style) : { text: '', hasRemote: false };
}

/** Cleans a style sheet: style rules are left, and those within media rules. */
export function cleanSheet(css: string): CleanCss {
  const { text, hasRemote } = cleanRules(parse(css).cssRules);
  return { text, hasRemote };
}

/** Text that can stand in a style element and not end it. */
export function withinStyleElement(css: string): string {
  return css.replaceAll('<', '\\3c ');
}

function parse(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  try {
    sheet.replaceSync(css.replace(OTHER_AT_RULES, '@x-'));
  } catch {
    // Nothing was understood, so nothing is in it.
  }
  return sheet;
}

function cleanRules(rules: CSSRuleList): CleanCss {
  const cleaned = [...rules].map(cleanRule);
  return {
    text: cleaned.map(({ text }) => text).join(''),
    hasRemote: cleaned.some(({ hasRemote }) => hasRemote),
  };
}

function cleanRule(rule: CSSRule): CleanCss {
  if (rule instanceof CSSStyleRule) {
    const { text, hasRemote } = cleanStyle(rule.style);
    // Boxes of our own, such as the one that shows where a link leads, are no business of the sender's.
    if (text === '' || rule.selectorText.includes('::')) return { text: '', hasRemote };
    return { text: `${rule.selectorText}{${text}}`, hasRemote };
  }
  if (rule instanceof CSSMediaRule) {
    const { text, hasRemote } = cleanRules(rule.cssRules);
    const query = rule.media.mediaText;
    // The frame is light whatever the window is, and what is meant for dark ones would be half of it.
    if (text === '' || /prefers-color-scheme/.test(query)) return { text: '', hasRemote };
    return { text: `@media ${query}{${text}}`, hasRemote };
  }
  return { text: '', hasRemote: false };
}

function cleanStyle(style: CSSStyleDeclaration): CleanCss {
  const hasRemote = REMOTE.test(style.cssText);
  const declarations = Array.from(style)
    .filter((name) => !name.startsWith('--') && !UNWANTED.has(name))
    .map((name) => ({ name, value: style.getPropertyValue(name), priority: style.getPropertyPriority(name) }))
    .filter(
      ({ name, value }) =>
        value !== '' && !LOADS.test(value) && !(name === 'position' && HOLDING.test(value)),
    );
  const text = declarations
    .map(({ name, value, priority }) => `${name}:${value}${priority === '' ? '' : ' !important'}`)
    .join(';');
  return { text, hasRemote };
}
