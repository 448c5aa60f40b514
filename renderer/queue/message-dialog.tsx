import { isDefinedError } from '@orpc/client';
import { useEffect, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { QueueRowView } from '../../server/contract/queue.ts';
import { fetchRaw, type RawSource } from '../accounts/mailbox/fetch-raw.ts';
import { messageFileName } from '../accounts/mailbox/file-name.ts';
import { MessageBody } from '../accounts/mailbox/message-body.tsx';
import type { Letter } from '../accounts/mailbox/read-message.ts';
import { saveFile } from '../accounts/mailbox/save-file.ts';
import { type Opened, openMessage } from '../accounts/mailbox/use-message.ts';
import { momentText } from '../accounts/words.ts';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';
import { sizeText } from '../status/words.ts';

interface MessageDialogProps {
  readonly client: Pick<Client, 'queue'>;
  readonly row: QueueRowView;
  readonly onClose: () => void;
}

/** The message that a recipient waits for, to be read and saved. */
export function MessageDialog({ client, row, onClose }: MessageDialogProps) {
  const { opened, save, said } = useQueued(client, row.id);
  const letter = 'letter' in opened ? opened.letter : undefined;
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={onClose} isDismissable>
      <Modal className="modal queue-message">
        <Dialog className="dialog">
          <Heading slot="title">{letter ? letter.subject || '(no subject)' : 'Message'}</Heading>
          <dl className="letter-head">
            <Line name="From" value={letter?.from || row.from || 'Waypost itself'} />
            <Line name="To" value={letter?.to ?? ''} />
            <Line name="Cc" value={letter?.cc ?? ''} />
            <Line name="Waits for" value={row.to} />
            <Line name="Received" value={`${momentText(row.receivedAt)} · ${sizeText(row.size)}`} />
          </dl>
          <div className="queue-message-body">
            <Content opened={opened} />
          </div>
          <div className="dialog-bar">
            <p className="note" role="status">
              {said}
            </p>
            <div className="buttons">
              <Button
                className="button"
                isDisabled={opened.state === 'gone'}
                onPress={() => void save(letter?.subject ?? '')}
              >
                Save…
              </Button>
              <Button className="button primary" onPress={onClose} autoFocus>
                Close
              </Button>
            </div>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function useQueued({ queue }: Pick<Client, 'queue'>, id: string) {
  const [opened, setOpened] = useState<Opened>({ state: 'loading' });
  const [said, setSaid] = useState('');
  const [source] = useState((): RawSource => (offset, options) => queue.raw({ id, offset }, options));
  const [life] = useState(() => new AbortController());
  useEffect(() => {
    const stop = new AbortController();
    void openMessage(source, stop.signal).then((result) => !stop.signal.aborted && setOpened(result));
    return () => stop.abort();
  }, [source]);
  useEffect(() => () => life.abort(), [life]);
  const save = async (subject: string) => {
    try {
      const onProgress = (fetched: number, total: number) =>
        setSaid(fetched < total ? `Fetching… ${sizeText(fetched)} of ${sizeText(total)}` : '');
      const { bytes } = await fetchRaw(source, { signal: life.signal, onProgress });
      saveFile(bytes, messageFileName(subject));
    } catch (error) {
      if (!life.signal.aborted) setSaid(isDefinedError(error) ? GONE : problemText(error as Error));
    }
  };
  return { opened, save, said };
}

function Content({ opened }: { readonly opened: Opened }) {
  switch (opened.state) {
    case 'loading':
      return <p className="loading">Opening the message…</p>;
    case 'open':
      return <MessageBody letter={readable(opened.letter)} />;
    case 'large':
      return <p className="instead">This message has {sizeText(opened.total)}, which is too much to show.</p>;
    case 'unreadable':
      return <p className="instead">This message is built in a way that can’t be shown.</p>;
    case 'gone':
      return <p className="instead">{GONE}</p>;
    case 'failed':
      return <p className="instead">{opened.problem}</p>;
  }
}

/** To know what waits, its text is enough; HTML where there is nothing else. */
function readable(letter: Letter): Letter {
  return letter.text.trim() === '' ? letter : { ...letter, html: '' };
}

const GONE = 'This message has left the queue: it was delivered, went back to its sender, or was removed.';

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  if (value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd title={value}>{value}</dd>
    </div>
  );
}
