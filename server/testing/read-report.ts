import PostalMime from 'postal-mime';

/** Fields of a group, their names in lower case, their lines unfolded. */
export type ReportGroup = Readonly<Record<string, string>>;

/** A delivery status notification (RFC 3464) as a parser that is not ours finds it. */
export interface ReadReport {
  readonly subject: string;
  /** The words for people. */
  readonly text: string;
  /** The Message-ID of the message it answers, '' without. */
  readonly inReplyTo: string;
  /** The fields about the message, and about each recipient. */
  readonly message: ReportGroup;
  readonly recipients: readonly ReportGroup[];
  /** What is given back of the message: its type and content; undefined without. */
  readonly original: { readonly type: string; readonly text: string } | undefined;
}

/** Takes a report apart. Rejects when it is none. */
export async function readReport(bytes: Buffer): Promise<ReadReport> {
  const email = await PostalMime.parse(bytes, { forceRfc822Attachments: true });
  const type = email.headers.find(({ key }) => key === 'content-type')?.value ?? '';
  if (!/^multipart\/report; *report-type=delivery-status;/.test(type)) throw new Error(`No report: ${type}`);
  const [status, original, ...more] = email.attachments;
  if (status?.mimeType !== 'message/delivery-status' || more.length > 0)
    throw new Error(`Parts of a report: ${email.attachments.map(({ mimeType }) => mimeType).join(', ')}`);
  const [message = {}, ...recipients] = contentOf(status).trimEnd().split('\n\n').map(groupOf);
  return {
    subject: email.subject ?? '',
    text: email.text ?? '',
    inReplyTo: email.inReplyTo ?? '',
    message,
    recipients,
    original: original && { type: original.mimeType, text: contentOf(original) },
  };
}

function contentOf({ content }: { content: ArrayBuffer | Uint8Array | string }): string {
  const text = typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString();
  return text.replace(/\r\n/g, '\n');
}

function groupOf(text: string): ReportGroup {
  const lines = text.replace(/\n[ \t]+/g, ' ').split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([\w-]+): *(.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`No field of a report: ${line}`);
      return [name.toLowerCase(), value];
    }),
  );
}
