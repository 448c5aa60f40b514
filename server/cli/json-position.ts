/**
 * Where JSON text goes wrong. `JSON.parse` tells the place in some of its messages only, and in words that
 * change with the engine, so this walks through the text by itself. It runs only once parsing has failed.
 */

const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const PLAIN = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** The offset of the first character that cannot stand there; the text's length when the end comes too early. */
export function jsonErrorOffset(text: string): number {
  // What is open, innermost last; and what may come next.
  const open: string[] = [];
  let expected: 'value' | 'first' | 'key' | 'after' = 'value';
  let at = skip(SPACE, text, 0);
  while (at < text.length) {
    const character = text[at] ?? '';
    let next = -1;
    if (expected === 'after') {
      const closes = open.at(-1);
      if (character === ',' && closes !== undefined) {
        expected = closes === '}' ? 'key' : 'value';
        next = at + 1;
      } else if (character === closes) {
        open.pop();
        next = at + 1;
      }
    } else if (expected === 'first' && character === open.at(-1)) {
      open.pop();
      expected = 'after';
      next = at + 1;
    } else if (open.at(-1) === '}' && expected !== 'value') {
      const colon = skip(SPACE, text, skip(STRING, text, at));
      if (colon < 0 || colon === text.length) return colon < 0 ? at : colon;
      if (text[colon] !== ':') return colon;
      expected = 'value';
      next = colon + 1;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      expected = 'first';
      next = at + 1;
    } else {
      next = Math.max(skip(STRING, text, at), skip(PLAIN, text, at));
      expected = 'after';
    }
    if (next < 0) return at;
    at = skip(SPACE, text, next);
  }
  return at;
}

/** The offset after what `pattern` matches at `from`; -1 when it does not match or `from` is -1 already. */
function skip(pattern: RegExp, text: string, from: number): number {
  if (from < 0) return -1;
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
