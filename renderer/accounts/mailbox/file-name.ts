/** Names for files that are saved: whatever a message says, a plain name comes of it. Pure. */

const LONGEST = 120;
/** Controls, signs that turn the direction of writing (they hide what a file is), and what systems forbid. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;
/** Devices of Windows, which are files of every folder. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A file name made of what a message calls an attachment. `fallback` where nothing is left of it. */
export function fileName(named: string | null, fallback: string): string {
  const plain = (named ?? '')
    .replace(FORBIDDEN, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s._]+|[\s.]+$/g, '')
    .replace(DEVICE, '_$&');
  if (plain === '') return fallback;
  const characters = [...plain];
  if (characters.length <= LONGEST) return plain;
  // What a file is stands at its end, so that is kept.
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(plain)?.[0] ?? '';
  return characters.slice(0, LONGEST - ending.length).join('') + ending;
}

/** The name under which a message is saved. */
export function messageFileName(subject: string): string {
  return fileName(`${fileName(subject, 'message')}.eml`, 'message.eml');
}
