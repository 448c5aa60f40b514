/**
 * The kinds of text a setting can hold, each with its parser and its one clear sentence. They run in the
 * window as well as in the engine, so they use nothing but what every JavaScript runtime has.
 */
import { z } from 'zod';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** True for a host name of letters, digits, hyphens (and the underscores of real networks), RFC 1123. */
export function isHostname(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  // Dotted digits are a mistyped IPv4 address, never a name (RFC 3696 section 2).
  if (!name || name.length > 253 || /^[\d.]+$/.test(name)) return false;
  return name.split('.').every((label) => LABEL.test(label));
}

function isIPv4(text: string): boolean {
  return z.ipv4().safeParse(text).success;
}

function isIPv6(text: string): boolean {
  return text.includes(':') && z.ipv6().safeParse(text).success;
}

/** The one way to write an address: IPv6 lower-case and shortest (RFC 5952). Not an address: unchanged. */
export function canonicalAddress(text: string): string {
  return isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

/** A host with a port, as in `example.com:27`. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Parses `host`, `host:port`, `[IPv6]` or `[IPv6]:port`; undefined when it is none of them. */
export function parseHostPort(text: string, defaultPort: number): HostPort | undefined {
  const match = /^(?:\[(?<six>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>\d{1,5}))?$/.exec(text.trim());
  if (!match?.groups) return undefined;
  const { six, name = '', port } = match.groups;
  const number = port === undefined ? defaultPort : Number(port);
  if (number < 1 || number > 65535) return undefined;
  if (six !== undefined) return isIPv6(six) ? { host: canonicalAddress(six), port: number } : undefined;
  return isIPv4(name) || isHostname(name) ? { host: name.toLowerCase(), port: number } : undefined;
}

/** True for `network/bits` with IPv4 or IPv6, or a single address. */
export function isCidr(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (width < 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width);
}

const trimmed = z.string({ error: 'Use a text.' }).trim();

/** The final dot of a fully qualified name has no place in EHLO or Message-ID, so it goes. */
export const hostnameSchema: z.ZodType<string> = trimmed
  .refine(isHostname, { error: 'Use a host name such as mail.example.com.' })
  .transform((name) => name.replace(/\.$/, ''));

export const addressSchema: z.ZodType<string> = trimmed
  .refine((text) => text === '' || isIPv4(text) || isIPv6(text), {
    error: 'Use an IP address of this machine, or leave it empty for all addresses.',
  })
  .transform(canonicalAddress);

export const smartHostSchema: z.ZodType<string> = trimmed.refine(
  (text) => text === '' || parseHostPort(text, 25) !== undefined,
  {
    error:
      'Use a name or IP address, optionally with a port: example.com, example.com:27 or [2001:db8::1]:587.',
  },
);

export const cidrSchema: z.ZodType<string> = trimmed.refine(isCidr, {
  error: 'Use a network such as 192.168.1.0/24 or 2001:db8::/32.',
});

export const dnsServerSchema: z.ZodType<string> = trimmed.refine(isDnsServer, {
  error: 'Use an IP address, optionally with a port: 192.168.1.1 or 127.0.0.1:5353.',
});

function isDnsServer(text: string): boolean {
  if (isIPv4(text) || isIPv6(text)) return true;
  const parsed = parseHostPort(text, 53);
  return parsed !== undefined && (isIPv4(parsed.host) || isIPv6(parsed.host));
}
