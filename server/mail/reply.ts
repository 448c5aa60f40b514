/** SMTP replies (RFC 5321 section 4.2) with their enhanced status codes (RFC 3463). */
import { oneLine } from './one-line.ts';

/** A reply, ours or a peer's. Whether it is final is derived from its code, never stored beside it. */
export interface SmtpReply {
  /** Three digits, such as 250; 0 when there was no reply and `text` says what happened instead. */
  readonly code: number;
  /** `class.subject.detail`, or '' when the peer gave none. */
  readonly enhanced: string;
  readonly text: string;
}

const LINE = /^([2-5]\d{2})(?:[ -](?:([245]\.\d{1,3}\.\d{1,3})(?:\s|$))?(.*))?$/s;

/** Characters of the longest text that is kept; a peer may send any number of lines. */
const MAX_TEXT = 1000;

/** Parses a reply of one or more lines; anything else becomes a reply with code 0 and that text. */
export function parseReply(response: string): SmtpReply {
  const lines = response.split(/\r?\n/).filter((line) => line !== '');
  const parts = lines.map((line) => LINE.exec(line));
  const first = parts[0];
  if (!first) return { code: 0, enhanced: '', text: oneLine(response, MAX_TEXT) };
  const [, code = '', enhanced = ''] = first;
  const text = parts.map((part, index) => (part ? (part[3] ?? '').trim() : (lines[index] ?? ''))).join(' ');
  // A status of another class than the code contradicts it (RFC 2034 section 4): then the code counts.
  if (enhanced.charAt(0) === code.charAt(0))
    return { code: Number(code), enhanced, text: oneLine(text, MAX_TEXT) };
  return { code: Number(code), enhanced: '', text: oneLine(`${enhanced} ${text}`, MAX_TEXT) };
}

/** A stand-in for a reply that never came: `text` is a sentence about what happened. */
export function noReply(text: string, enhanced = '4.4.2'): SmtpReply {
  return { code: 0, enhanced, text };
}

/** The reply in one line, as it stands in logs and lists. */
export function replyText(reply: SmtpReply): string {
  return [reply.code || '', reply.code ? reply.enhanced : '', reply.text]
    .filter((part) => part !== '')
    .join(' ');
}

/** The status for a report (RFC 3464 section 2.3.4): the peer's own, or the class of its code. */
export function statusOf(reply: SmtpReply, failed: boolean): string {
  if (reply.enhanced !== '') return reply.enhanced;
  return failed ? '5.0.0' : `${Math.floor(reply.code / 100) || 4}.0.0`;
}
