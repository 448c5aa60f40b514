import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { QueueRowView } from '../../server/contract/queue.ts';
import { type QueueFacts, triesText } from '../../server/contract/queue-words.ts';
import { momentText } from '../accounts/words.ts';
import { sizeText } from '../status/words.ts';
import { wordsOf } from './grid-row.tsx';
import { repliesOf } from './words.ts';

interface DetailsProps {
  /** Undefined while nobody is chosen. */
  readonly row: QueueRowView | undefined;
  readonly isGone: boolean;
  readonly facts: QueueFacts;
  readonly onClose: () => void;
}

/** All there is to know of one recipient. */
export function Details({ row, isGone, facts, onClose }: DetailsProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section className="queue-details" aria-label="Details" tabIndex={0}>
      <Button className="button small close" aria-label="Close the details" onPress={onClose}>
        <X aria-hidden />
      </Button>
      {row ? <Facts row={row} isGone={isGone} facts={facts} /> : <p className="empty">Choose a recipient.</p>}
    </section>
  );
}

function Facts({ row, isGone, facts }: { row: QueueRowView; isGone: boolean; facts: QueueFacts }) {
  const { lastReply, nextAttemptAt } = row;
  return (
    <>
      <h2>{row.to}</h2>
      <p className="sentence">{isGone ? GONE : `${wordsOf(row, facts)}.`}</p>
      <dl>
        <Fact name="Last reply">
          {lastReply === null ? (
            'None: nothing has been tried yet'
          ) : (
            <span className="replies">
              {repliesOf(lastReply).map((reply) => (
                <span key={reply}>{reply}</span>
              ))}
            </span>
          )}
        </Fact>
        <Fact name="Sender">{row.from || 'Waypost itself'}</Fact>
        <Fact name="Route">{row.route}</Fact>
        <Fact name="Tries">{triesText(row.attempts, facts.tries) || 'None yet'}</Fact>
        <Fact name="Next attempt">{nextAttemptAt ? momentText(nextAttemptAt) : 'None while on hold'}</Fact>
        <Fact name="Received">{momentText(row.receivedAt)}</Fact>
        <Fact name="Size">{sizeText(row.size)}</Fact>
        <Fact name="Message ID">{row.message}</Fact>
      </dl>
    </>
  );
}

const GONE =
  'This recipient has left the queue: the message was delivered, went back to its sender, or was removed.';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={name === 'Last reply' ? 'fact whole' : 'fact'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
