import { Download, Trash2, X } from 'lucide-react';
import type { Ref } from 'react';
import { Button } from 'react-aria-components';
import type { MailView } from '../../../server/contract/views.ts';
import type { Client } from '../../client.ts';
import { sizeText } from '../../status/words.ts';
import { momentText } from '../words.ts';
import { MessageBody } from './message-body.tsx';
import type { Letter } from './read-message.ts';
import { type Opened, useMessage } from './use-message.ts';
import { GONE, useSave } from './use-save.ts';

interface ReadingPaneProps {
  readonly ref: Ref<HTMLElement>;
  readonly client: Client;
  readonly address: string;
  readonly mail: MailView;
  readonly onDelete: () => void;
  /** The message turns out to be gone. */
  readonly onGone: () => void;
}

/** One message to be read. */
export function ReadingPane({ ref, client, address, mail, onDelete, onGone }: ReadingPaneProps) {
  const opened = useMessage(client, address, mail.id, onGone);
  const saving = useSave(client, address, mail);
  const letter = 'letter' in opened ? opened.letter : undefined;
  return (
    <article ref={ref} className="reading" aria-label="Message" tabIndex={-1}>
      <header className="reading-head">
        <div className="reading-title">
          <h3>{(letter?.subject ?? mail.subject) || '(no subject)'}</h3>
          <div className="buttons">
            {saving.isBusy ? (
              <Button className="button with-icon" onPress={saving.cancel}>
                <X aria-hidden /> Cancel
              </Button>
            ) : (
              <Button className="button with-icon" isDisabled={opened.state === 'gone'} onPress={saving.save}>
                <Download aria-hidden /> Save as .eml
              </Button>
            )}
            <Button className="button with-icon" isDisabled={opened.state === 'gone'} onPress={onDelete}>
              <Trash2 aria-hidden /> Delete…
            </Button>
          </div>
        </div>
        <dl className="letter-head">
          <Line name="From" value={letter?.from || mail.from || 'Waypost itself'} />
          <Line name="To" value={letter?.to ?? ''} />
          <Line name="Cc" value={letter?.cc ?? ''} />
          <Line name="Date" value={dateText(letter, mail)} />
        </dl>
        <p className="saving note" role="status">
          {saving.text}
        </p>
      </header>
      <Content opened={opened} />
    </article>
  );
}

function Content({ opened }: { readonly opened: Opened }) {
  switch (opened.state) {
    case 'loading':
      return <p className="loading">Opening the message…</p>;
    case 'open':
      return <MessageBody letter={opened.letter} />;
    case 'large':
      return (
        <p className="instead">
          This message has {sizeText(opened.total)}, which is too much to show. Save it to read it in a mail
          program.
        </p>
      );
    case 'unreadable':
      return (
        <p className="instead">
          This message is built in a way that can’t be shown. Save it to look at it elsewhere.
        </p>
      );
    case 'gone':
      return <p className="instead">{GONE}</p>;
    case 'failed':
      return <p className="instead">{opened.problem}</p>;
  }
}

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  if (value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd title={value}>{value}</dd>
    </div>
  );
}

/** When it came; and when it says it was sent, should that be a different day. */
function dateText(letter: Letter | undefined, { receivedAt, size }: MailView): string {
  const sent = letter?.date;
  const isOther = sent && Math.abs(sent.getTime() - receivedAt.getTime()) > 86_400_000;
  const dated = isOther ? ` (it says: ${momentText(sent)})` : '';
  return `${momentText(receivedAt)}${dated} · ${sizeText(size)}`;
}
