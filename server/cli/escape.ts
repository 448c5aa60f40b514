/** Text from outside (subjects, addresses, replies) on its way to a terminal. */

// Control characters (C0, DEL, C1) steer a terminal; line and paragraph separators break tables; bidirectional
// marks make text read as something it is not; halves of surrogate pairs are no characters.
const UNSAFE = /[\p{Control}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Makes every character that could steer or deceive a terminal visible: an escape becomes `\x1b`. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => NAMED[character] ?? escaped(character.charCodeAt(0)));
}

function escaped(code: number): string {
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
