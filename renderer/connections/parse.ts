/**
 * What people type, and what it means. Good input is understood however it is written ("25.0", "٢٥", a pasted
 * line end); what can't be understood is explained in one sentence. Limits and their sentences stay in the
 * contract: here text only becomes the value that the contract then judges.
 */
import { isCidr } from '../../server/contract/fields.ts';
import { type SettingPath, settingSpec } from '../../server/contract/settings.ts';

/** What stands in a field: text as typed, or a tick. */
export type Entry = string | boolean;

/** What an entry means, or why it can't be understood. */
export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** The entry that takes a password away; an empty text only means that nothing was typed. */
export const REMOVED = false;

/** The empty address in words; it can be chosen and typed as well. */
export const ALL_ADDRESSES = 'All addresses';

/** The value that an entry stands for. The contract has yet to judge it. */
export function parseEntry(path: SettingPath, entry: Entry): Parsed {
  const spec = settingSpec(path);
  if (spec.secret) return { ok: true, value: entry === REMOVED ? '' : entry };
  if (typeof entry === 'boolean' || spec.choices) return { ok: true, value: entry };
  if (spec.range) return parseNumber(path, entry);
  const text = plain(entry);
  if (Array.isArray(spec.default)) return parseList(path, text);
  if (path.endsWith('.address')) return { ok: true, value: parseAddress(text) };
  if (path === 'hostname' || path === 'smartHost.host') return { ok: true, value: asciiHost(text) };
  return { ok: true, value: text };
}

/** How a value stands in its field while nobody has typed anything there. */
export function showValue(path: SettingPath, value: unknown): Entry {
  if (typeof value === 'boolean') return value;
  if (path.endsWith('.address') && value === '') return ALL_ADDRESSES;
  if (Array.isArray(value)) return value.join('\n');
  return value === null || value === undefined ? '' : String(value);
}

/** One line from what was pasted: a line end within it separates, it must not glue two values together. */
export function oneLine(pasted: string): string {
  return pasted.trim().replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
}

const NUMBER = /^[+-]?\d+(?:[.,]0{0,2})?$/;
const GROUPED = /^[+-]?\d{1,3}(?:([.,'’٬٫\s])\d{3})(?:\1\d{3})*$/;
const FRACTION = /^[+-]?\d*[.,]\d+$/;

function parseNumber(path: SettingPath, entry: string): Parsed {
  const { unit, range } = settingSpec(path);
  let text = plain(entry).replace('−', '-');
  if (unit && text.toLowerCase().endsWith(unit.toLowerCase())) text = text.slice(0, -unit.length).trim();
  if (NUMBER.test(text)) return { ok: true, value: Number(text.replace(/[.,].*$/, '')) };
  if (GROUPED.test(text)) {
    const digits = text.replace(/[^\d+-]/g, '');
    return { ok: false, message: `Write the number without separators: ${digits}.` };
  }
  const limits = range ? ` from ${range.min} to ${range.max}` : '';
  if (text === '') return { ok: false, message: `Enter a whole number${limits}.` };
  if (/^\d+(?:\s+\d+)+$/.test(text)) return { ok: false, message: 'Enter one number only.' };
  if (FRACTION.test(text))
    return { ok: false, message: `Enter a whole number${limits}, without a fraction.` };
  return { ok: false, message: `“${shortened(text)}” is not a number. Enter a whole number${limits}.` };
}

function parseList(path: SettingPath, text: string): Parsed {
  const items = text.split(/[\s,;]+/).filter((item) => item !== '');
  const wrong = path === 'relay.trustedNetworks' ? items.find((item) => !isCidr(item)) : undefined;
  if (wrong !== undefined) {
    const sentence = settingSpec(path).schema.safeParse([wrong]).error?.issues[0]?.message ?? '';
    return { ok: false, message: `“${shortened(wrong)}” is not understood. ${sentence}`.trim() };
  }
  return { ok: true, value: items };
}

function parseAddress(text: string): string {
  if (text.toLowerCase() === ALL_ADDRESSES.toLowerCase() || text === '*') return '';
  return text.replace(/^\[(.*)\]$/, '$1');
}

/** An international name in the form that mail servers use; anything else as it is. */
function asciiHost(text: string): string {
  const [name = '', ...rest] = text.split(':');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\x00-\x7f]*$/.test(name) || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(name)) return text;
  try {
    return [new URL(`http://${name}`).hostname, ...rest].join(':');
  } catch {
    return text;
  }
}

/** Text as it was meant: without invisible characters, with ASCII digits and ordinary widths. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .trim();
}

/** Unicode keeps the ten digits of each script in a row, so counting back to the zero gives the value. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
