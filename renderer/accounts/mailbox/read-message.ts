/** Takes a message apart into what a person reads of it. */
import PostalMime, { type Address, type Email, type Attachment as Part } from 'postal-mime';
import type { OwnImages } from './sanitise.ts';

export interface Letter {
  readonly subject: string;
  /** Names with their addresses. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  /** When its sender says it was sent. */
  readonly date: Date | undefined;
  /** '' when there is none. */
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
  readonly images: OwnImages;
}

export interface Attachment {
  /** As the sender named it; null when it has no name. */
  readonly name: string | null;
  readonly type: string;
  readonly content: Blob;
  /** Without its brackets, '' when it has none. */
  readonly contentId: string;
}

/** Pictures that HTML may show. No SVG, which is a document of its own. */
const SHOWN_IMAGES = /^image\/(?:png|jpeg|gif|webp|bmp|avif)$/;

/** Parts within parts; whoever nests deeper wants to do harm. */
const DEEPEST = 100;

/** Reads a whole message. Rejects when it is not to be made sense of. */
export async function readMessage(bytes: ArrayBuffer): Promise<Letter> {
  const email = await PostalMime.parse(bytes, {
    forceRfc822Attachments: true,
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: DEEPEST,
  });
  const attachments = email.attachments.map(attachmentOf);
  return {
    ...headOf(email),
    text: email.text ?? '',
    html: email.html ?? '',
    attachments,
    images: imagesOf(email.attachments),
  };
}

/** Reads what stands at the head of a message of which only the beginning is there. */
export async function readHead(beginning: ArrayBuffer): Promise<Letter> {
  const bytes = new Uint8Array(beginning);
  const email = await PostalMime.parse(bytes.slice(0, endOfHead(bytes)));
  return { ...headOf(email), text: '', html: '', attachments: [], images: new Map() };
}

function headOf(email: Email) {
  const date = email.date === undefined ? undefined : new Date(email.date);
  return {
    subject: oneLine(email.subject ?? ''),
    from: email.from ? addressText(email.from) : '',
    to: (email.to ?? []).map(addressText).join(', '),
    cc: (email.cc ?? []).map(addressText).join(', '),
    date: date && Number.isNaN(date.getTime()) ? undefined : date,
  };
}

/** Always with the address: a name alone is whatever its sender wants to be called. */
function addressText({ name, address, group }: Address): string {
  if (group) return oneLine(`${name}: ${group.map(addressText).join(', ')}`);
  return oneLine(name === '' || name === address ? address : `${name} <${address}>`);
}

/** Without line ends, controls, and the signs by which text is made to read other than it is. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

function attachmentOf({ filename, mimeType, content, contentId = '' }: Part): Attachment {
  return {
    name: filename === null ? null : oneLine(filename),
    type: mimeType,
    content: new Blob([content as ArrayBuffer]),
    contentId: bareId(contentId),
  };
}

function imagesOf(parts: readonly Part[]): OwnImages {
  const images = new Map<string, string>();
  for (const { mimeType, content, contentId } of parts) {
    if (!contentId || !SHOWN_IMAGES.test(mimeType)) continue;
    images.set(
      bareId(contentId),
      `data:${mimeType};base64,${toBase64(new Uint8Array(content as ArrayBuffer))}`,
    );
  }
  return images;
}

function bareId(contentId: string): string {
  return contentId.trim().replace(/^<|>$/g, '');
}

function toBase64(bytes: Uint8Array): string {
  const CHUNK = 0x8000;
  let binary = '';
  for (let from = 0; from < bytes.length; from += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(from, from + CHUNK));
  return btoa(binary);
}

/** Where the empty line ends that parts the head from the rest; the end where there is none. */
function endOfHead(bytes: Uint8Array): number {
  const CR = 13;
  const LF = 10;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[next] === LF) return next + 1;
  }
  return bytes.length;
}
