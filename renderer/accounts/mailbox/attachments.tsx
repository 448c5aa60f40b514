import { Download, Paperclip } from 'lucide-react';
import { Button } from 'react-aria-components';
import { count, sizeText } from '../../status/words.ts';
import { fileName } from './file-name.ts';
import type { Attachment } from './read-message.ts';
import { saveFile } from './save-file.ts';

/** What came with a message, to be saved. Nothing is opened here. */
export function Attachments({ attachments }: { readonly attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <section className="attachments" aria-label={count(attachments.length, 'attachment')}>
      <ul>
        {attachments.map((attachment, index) => {
          const name = nameOf(attachment, index);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of a message never move, and names may repeat
            <li key={index}>
              <Paperclip aria-hidden />
              <span title={name}>{name}</span>
              <span className="note" title={attachment.type}>
                {sizeText(attachment.content.size)}, {attachment.type}
              </span>
              <Button
                className="button small"
                aria-label={`Save ${name}`}
                onPress={() => saveFile(attachment.content, name)}
              >
                <Download aria-hidden />
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const ENDINGS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'text/plain': '.txt',
  'text/calendar': '.ics',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'application/pdf': '.pdf',
};

/** The name under which an attachment is saved, and so the one it is shown by. */
function nameOf({ name, type }: Attachment, index: number): string {
  return fileName(name, `attachment-${index + 1}${ENDINGS[type] ?? ''}`);
}
