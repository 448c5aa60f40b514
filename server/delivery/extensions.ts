/** What SMTP extensions a peer's EHLO tells of, and the parameters that depend on them. Pure. */
import type { PeerFacts, Transaction } from './peer.ts';

/** Reads an EHLO reply of several lines (RFC 5321 section 4.1.1.1); any other reply offers nothing. */
export function parseFacts(reply: string, encrypted: boolean): PeerFacts {
  const lines = reply.startsWith('250') ? reply.split(/\r?\n/).slice(1) : [];
  const words = lines.map((line) => line.slice(4).trim().toUpperCase().split(/\s+/));
  const size = words.find(([keyword]) => keyword === 'SIZE')?.[1] ?? '';
  return {
    extensions: new Set(words.map(([keyword = '']) => keyword)),
    maxSize: /^\d{1,15}$/.test(size) ? Number(size) : 0,
    encrypted,
  };
}

/** What a MAIL command still lacks: SMTPUTF8 where only the content needs it (RFC 6531 section 3.4). */
export function mailParameters(line: string, { utf8 }: Transaction, { extensions }: PeerFacts): string {
  return utf8 && extensions.has('SMTPUTF8') && !/ SMTPUTF8\b/.test(line) ? ' SMTPUTF8' : '';
}

/** NOTIFY and ORCPT of the recipient whom the RCPT command names (RFC 3461 sections 4.1 and 4.2). */
export function rcptParameters(line: string, { recipients }: Transaction, { extensions }: PeerFacts): string {
  if (!extensions.has('DSN')) return '';
  const recipient = recipients.find(({ address }) => line.startsWith(`RCPT TO:<${address}>`));
  const { notify = null, orcpt = null } = recipient ?? {};
  const notifyPart = notify && notify.length > 0 ? ` NOTIFY=${notify.join(',')}` : '';
  // An address type is a bare atom; an internationalized address has an encoding of its own (RFC 6533).
  const [, type, address] = /^([\w-]+);([\x20-\x7e]+)$/.exec(orcpt ?? '') ?? [];
  return notifyPart + (type && address ? ` ORCPT=${type};${xtext(address)}` : '');
}

/** RFC 3461 section 4: what is not printable, and `+` and `=`, as `+` and two hexadecimal digits. */
function xtext(text: string): string {
  return text.replace(
    /[^!-*,-<>-~]/g,
    (char) => `+${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
