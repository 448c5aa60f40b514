/** Trace fields (RFC 5321 section 4.4) and what a header tells about a message. */
import { oneLine } from './one-line.ts';

/** How a message came to us. */
export interface Reception {
  /** The name the client gave with HELO or EHLO. */
  readonly helo: string;
  readonly remoteAddress: string;
  readonly by: string;
  /** The `with` keyword: ESMTP, ESMTPS, ESMTPSA … (RFC 3848). */
  readonly protocol: string;
  readonly id: string;
  readonly at: Date;
  /** Named only when there is just one, so that blind copies stay blind. */
  readonly recipient?: string;
}

/** A header line may have 998 characters (RFC 5322 section 2.1.1), and no address needs more than these. */
const MAX_ADDRESS = 320;

/** More Received lines than this is a loop. */
export const MAX_RECEIVED = 50;

/** The Received line, folded, with its final CRLF. */
export function receivedLine(from: Reception): string {
  const literal = from.remoteAddress.includes(':')
    ? `[IPv6:${from.remoteAddress}]`
    : `[${from.remoteAddress}]`;
  const name = from.helo.replace(/[^\x21-\x7e]|[()<>\\;]/g, '') || 'unknown';
  const recipient = from.recipient === undefined ? '' : `\r\n\tfor <${oneLine(from.recipient, MAX_ADDRESS)}>`;
  return (
    `Received: from ${name} (${literal})\r\n\tby ${from.by} (Waypost) with ${from.protocol} id ${from.id}` +
    `${recipient};\r\n\t${rfc5322Date(from.at)}\r\n`
  );
}

/** The first line of a message in a mailbox, with its final CRLF; `sender` is '' for the null sender. */
export function returnPath(sender: string): string {
  return `Return-Path: <${oneLine(sender, MAX_ADDRESS)}>\r\n`;
}

let written = { second: Number.NaN, text: '' };

/** A date as headers write it, in UTC (RFC 5322 section 3.3). */
export function rfc5322Date(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  // Of many messages in a second each has one.
  if (second !== written.second) written = { second, text: date.toUTCString().replace('GMT', '+0000') };
  return written.text;
}

/** What the header of a message tells. */
export interface HeaderFacts {
  readonly receivedCount: number;
  readonly subject: string;
  readonly hasDate: boolean;
  readonly hasMessageId: boolean;
}

/** Enough for any subject worth a line in a list; a header line has no limit of its own. */
const MAX_RAW_SUBJECT = 4096;
const MAX_SUBJECT = 500;

/** Reads the header at the start of `content`; bytes that are not UTF-8 are read as Latin-1. */
export function readHeader(content: Buffer): HeaderFacts {
  const fields = headerFields(content);
  const subject = fields.find((field) => field.name === 'subject')?.value ?? '';
  return {
    receivedCount: fields.filter((field) => field.name === 'received').length,
    // Encoded words may hold anything, line ends included.
    subject: oneLine(decodeWords(subject.slice(0, MAX_RAW_SUBJECT)), MAX_SUBJECT),
    hasDate: fields.some((field) => field.name === 'date'),
    hasMessageId: fields.some((field) => field.name === 'message-id'),
  };
}

/** The header lines at the start of `content`, up to and without the empty line. */
export function headerOf(content: Buffer): Buffer {
  if (content.subarray(0, 2).equals(CRLF)) return content.subarray(0, 0);
  const end = content.indexOf('\r\n\r\n');
  return end < 0 ? content : content.subarray(0, end + 2);
}

const CRLF = Buffer.from('\r\n');

function headerFields(content: Buffer): { name: string; value: string }[] {
  const header = headerOf(content);
  const utf8 = header.toString('utf8');
  const text = utf8.includes('\ufffd') ? header.toString('latin1') : utf8;
  const fields: { name: string; value: string }[] = [];
  for (const line of text.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    // The first line that is no field ends the header, as it does for every reader of the message.
    if (colon < 1 || /[^\x21-\x7e]/.test(line.slice(0, colon).trimEnd())) break;
    fields.push({ name: line.slice(0, colon).trimEnd().toLowerCase(), value: line.slice(colon + 1).trim() });
  }
  return fields;
}

const ENCODED_WORD = /=\?([\w-]+)(?:\*[\w-]+)?\?([bq])\?([^?\s]*)\?=/gi;

/** Decodes RFC 2047 encoded words; what can't be decoded stays as it is. */
function decodeWords(text: string): string {
  // White space between two encoded words is not part of the text (RFC 2047 section 6.2).
  const joined = text.replace(/(=\?[\w-]+(?:\*[\w-]+)?\?[bq]\?[^?\s]*\?=)\s+(?==\?)/gi, '$1');
  return joined.replace(ENCODED_WORD, (word, charset: string, encoding: string, data: string) => {
    try {
      return new TextDecoder(charset).decode(
        encoding.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : unquote(data),
      );
    } catch {
      return word;
    }
  });
}

function unquote(data: string): Buffer {
  const bytes = data
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
