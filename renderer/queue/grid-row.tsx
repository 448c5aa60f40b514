import { CircleArrowRight, CirclePause, Clock, Send } from 'lucide-react';
import { type MouseEvent, memo } from 'react';
import type { QueueRowView, QueueSort } from '../../server/contract/queue.ts';
import { type QueueFacts, queueWords } from '../../server/contract/queue-words.ts';
import { receivedText } from '../accounts/words.ts';
import { capital, shortSize, timeText } from './words.ts';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** What a click on its head sorts by. */
  readonly sort?: QueueSort;
  readonly className: string;
}

export const COLUMNS: readonly Column[] = [
  { id: 'to', title: 'Recipient', sort: 'recipient', className: 'to' },
  { id: 'from', title: 'Sender', className: 'from' },
  { id: 'words', title: 'Next attempt, and why', sort: 'next', className: 'words' },
  { id: 'attempts', title: 'Tries', sort: 'attempts', className: 'attempts right' },
  { id: 'size', title: 'Size', sort: 'size', className: 'size right' },
  { id: 'received', title: 'Received', sort: 'received', className: 'received right' },
];

const ICONS = { due: CircleArrowRight, sending: Send, deferred: Clock, held: CirclePause };

interface GridRowProps {
  /** Undefined while it is asked for; null for somebody who left before. */
  readonly row: QueueRowView | null | undefined;
  readonly index: number;
  readonly top: number;
  readonly facts: QueueFacts;
  readonly isSelected: boolean;
  readonly isLead: boolean;
  /** Has just left the queue. */
  readonly isGone: boolean;
  readonly onClick: (event: MouseEvent, index: number) => void;
  readonly onOpen: () => void;
}

/** One recipient. */
export const GridRow = memo(function GridRow({
  row,
  index,
  top,
  isSelected,
  isLead,
  isGone,
  facts,
  onClick,
  onOpen,
}: GridRowProps) {
  const classes = ['listing-row queue-row', isLead ? 'lead' : '', isGone ? 'gone' : ''];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid as a whole has the focus and takes the keys
    // biome-ignore lint/a11y/useSemanticElements: rows of a table can't be left out and positioned
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={row ? rowId(row.id) : undefined}
      role="row"
      className={classes.join(' ').trim()}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ insetBlockStart: top }}
      onClick={(event) => onClick(event, index)}
      onDoubleClick={onOpen}
    >
      {row ? (
        <Cells row={row} words={isGone ? GONE : wordsOf(row, facts)} today={facts.now.toDateString()} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: as above
        <div role="gridcell" aria-colindex={1} className="to">
          {isGone ? GONE : '…'}
        </div>
      )}
    </div>
  );
});

const GONE = 'Has left the queue';

interface CellsProps {
  readonly row: QueueRowView;
  readonly words: string;
  /** The day, since times of other days are written differently. */
  readonly today: string;
}

const Cells = memo(function Cells({ row, words, today }: CellsProps) {
  const Icon = ICONS[row.state];
  const texts: Readonly<Record<string, string>> = {
    to: row.to,
    from: row.from || 'Waypost itself',
    words,
    attempts: String(row.attempts),
    size: shortSize(row.size),
    received: receivedText(row.receivedAt, new Date(today).getTime()),
  };
  return COLUMNS.map(({ id, className }, column) => (
    // biome-ignore lint/a11y/useSemanticElements: cells of a table can't be positioned
    // biome-ignore lint/a11y/useFocusableInteractive: the grid as a whole has the focus
    <div key={id} role="gridcell" aria-colindex={column + 1} className={className} title={texts[id]}>
      {id === 'words' && <Icon className={row.state} aria-hidden />}
      {texts[id]}
    </div>
  ));
});

/** What becomes of a recipient, as a sentence begins. */
export function wordsOf(row: QueueRowView, facts: QueueFacts): string {
  return capital(queueWords(row, facts, (at) => timeText(at, facts.now)));
}

export function rowId(id: string): string {
  return `queue-${id}`;
}
