/**
 * Mail addresses as SMTP carries them (RFC 5321 section 4.1.2). Two spellings of one mailbox must meet
 * in one key: the domain in its ASCII form (RFC 5890), everything in lower case, without needless quotes.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import { isHostname } from '../contract/fields.ts';
import { remembering } from './remembering.ts';

/** An address taken apart; `domain` is in ASCII and lower case, `local` as it was written. */
export interface Address {
  readonly local: string;
  readonly domain: string;
}

const ADDRESS_LITERAL = /^\[[0-9a-f.:]+\]$|^\[ipv6:[0-9a-f.:]+\]$/i;
// A name of dotted digits would become another IPv4 address in domainToASCII ("127.1" is 127.0.0.1).
const DIGITS_ONLY = /^[\d.]+$/;

/**
 * Bytes of the longest address. Local parts beyond the 64 bytes of RFC 5321 section 4.5.3.1.1 are in use,
 * by mailing lists and forwarders that write another address into their own.
 */
const MAX_BYTES = 320;

/** Splits `user@domain`; undefined when it is not an address. */
export function parseAddress(text: string): Address | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (at < 1 || Buffer.byteLength(text) > MAX_BYTES || /[\s\u0000-\u001f\u007f<>]/.test(local))
    return undefined;
  const domain = asciiDomain(text.slice(at + 1));
  return domain === undefined ? undefined : { local, domain };
}

/** The ASCII, lower-case form of a domain or address literal; undefined when it is neither. */
export const asciiDomain = remembering((text): string | undefined => {
  if (ADDRESS_LITERAL.test(text)) return text.toLowerCase();
  if (text === '' || text.length > 255 || /[\s/?#@:%\\[\]]/.test(text)) return undefined;
  if (DIGITS_ONLY.test(text)) return undefined;
  const ascii = domainToASCII(text);
  // "0x7f.1" and digits of other scripts become an IPv4 address there as well.
  if (ascii === '' || DIGITS_ONLY.test(ascii)) return undefined;
  return isHostname(ascii) && !ascii.endsWith('.') ? ascii : undefined;
});

/** The spelling under which accounts and aliases are stored and found; undefined when not an address. */
export function addressKey(text: string): string | undefined {
  const address = parseAddress(text);
  return address && `${unquoted(address.local).normalize('NFC').toLowerCase()}@${address.domain}`;
}

/** `"anna"` and `anna` are one mailbox (RFC 5321 section 4.1.2); quotes that are needed stay. */
function unquoted(local: string): string {
  const inner = /^"((?:[^"\\]|\\.)+)"$/.exec(local)?.[1]?.replace(/\\(.)/g, '$1') ?? local;
  return /["(),:;@\\[\]]|^\.|\.$|\.\./.test(inner) ? local : inner;
}

/** The key without its `+tag`, or undefined when there is no tag. */
export function withoutTag(key: string): string | undefined {
  const plus = key.indexOf('+');
  const at = key.lastIndexOf('@');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : undefined;
}

/** The domain part of a key or address; '' when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1);
}

/** The address with its domain in ASCII, for peers that do not speak SMTPUTF8 (RFC 6531). */
export function withAsciiDomain(address: string): string {
  const parsed = parseAddress(address);
  return parsed ? `${parsed.local}@${parsed.domain}` : address;
}

/** The address as a person reads it: international domains in their own script. */
export function displayAddress(address: string): string {
  const domain = domainOf(address);
  return domain === '' ? address : address.slice(0, -domain.length) + (domainToUnicode(domain) || domain);
}

/** True when the local part needs SMTPUTF8 at the next hop. */
export function needsSmtpUtf8(address: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  return /[^\u0000-\u007f]/.test(address.slice(0, address.lastIndexOf('@')));
}
