import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, type Ref, useEffect, useRef } from 'react';
import type { MailView } from '../../../server/contract/views.ts';
import { sizeText } from '../../status/words.ts';
import { receivedText } from '../words.ts';
import { placeAfterKey, type Rows, type Selection } from './selection.ts';

/** What a click or a key does to the selection. */
export type Choice = 'one' | 'extend' | 'toggle';

interface MessageListProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly total: number;
  readonly rows: Rows;
  readonly selection: Selection;
  readonly now: number;
  readonly onLook: (first: number, last: number) => void;
  readonly onChoose: (place: number, choice: Choice) => void;
  readonly onChooseAll: () => void;
  readonly onDelete: () => void;
  readonly onOpen: () => void;
}

/** Height of a row, in the font size of the page. */
const ROW_REM = 1.625;

/** The messages, of which only those in view are there: as many as a mailbox has stay smooth. */
export function MessageList({
  ref,
  total,
  rows,
  selection,
  now,
  onLook,
  onChoose,
  onChooseAll,
  onDelete,
  onOpen,
}: MessageListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = ROW_REM * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  // Also when rows were forgotten, so that what is in view is asked for again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => onLook(first, last), [first, last, rows]);

  const { lead } = selection;
  const leadRow = shown.some(({ index }) => index === lead) ? rows.get(lead) : undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    const isCommand = event.ctrlKey || event.metaKey;
    const visible = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const place = placeAfterKey(event.key, lead, total, visible);
    if (place !== undefined) {
      virtual.scrollToIndex(place);
      onChoose(place, event.shiftKey ? 'extend' : 'one');
    } else if (event.key === ' ' && lead >= 0) onChoose(lead, isCommand ? 'toggle' : 'one');
    else if (event.key.toLowerCase() === 'a' && isCommand) onChooseAll();
    else if (event.key === 'Delete') onDelete();
    else if (event.key === 'Enter') onOpen();
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent, place: number) => {
    const isCommand = event.ctrlKey || event.metaKey;
    onChoose(place, event.shiftKey ? 'extend' : isCommand ? 'toggle' : 'one');
  };
  return (
    <div ref={ref} className="mail-list">
      <div className="mail-head mail-row" aria-hidden>
        <span>From</span>
        <span>Subject</span>
        <span>Received</span>
        <span className="right">Size</span>
      </div>
      <div
        ref={scroller}
        className="mail-rows"
        role="listbox"
        aria-label="Messages"
        aria-multiselectable
        aria-activedescendant={leadRow && optionId(leadRow)}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" className="mail-all" style={{ blockSize: virtual.getTotalSize() }}>
          {shown.map(({ index, start }) => (
            <Row
              key={index}
              mail={rows.get(index)}
              place={index}
              total={total}
              top={start}
              isSelected={selection.ids.has(rows.get(index)?.id ?? '')}
              isLead={index === lead}
              now={now}
              onClick={onClick}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  /** Undefined while it is asked for. */
  readonly mail: MailView | undefined;
  readonly place: number;
  readonly total: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isLead: boolean;
  readonly now: number;
  readonly onClick: (event: MouseEvent, place: number) => void;
}

function Row({ mail, place, total, top, isSelected, isLead, now, onClick }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list as a whole has the focus and takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={mail && optionId(mail)}
      role="option"
      className={isLead ? 'mail-row lead' : 'mail-row'}
      aria-selected={isSelected}
      aria-setsize={total}
      aria-posinset={place + 1}
      aria-label={mail ? undefined : 'Message is being asked for'}
      style={{ insetBlockStart: top }}
      onClick={(event) => onClick(event, place)}
    >
      {mail && (
        <>
          <span className="from">{mail.from || 'Waypost itself'}</span>
          <span className="subject">{mail.subject || '(no subject)'}</span>
          <span className="received">{receivedText(mail.receivedAt, now)}</span>
          <span className="size right">{sizeText(mail.size)}</span>
        </>
      )}
    </div>
  );
}

function optionId({ id }: MailView): string {
  return `mail-${id}`;
}
