import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
} from 'react';
import type { QueueFacts } from '../../server/contract/queue-words.ts';
import type { Choice, Chooser } from './choosing.ts';
import { GridHead } from './grid-head.tsx';
import { COLUMNS, GridRow, rowId } from './grid-row.tsx';
import type { QueueList, QueueListState } from './queue-list-state.ts';
import { isSelected } from './selection.ts';

interface QueueGridProps {
  /** The grid itself, which has the focus and scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: QueueList;
  readonly state: QueueListState;
  readonly facts: QueueFacts;
  readonly chooser: Chooser;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
  readonly onEscape: () => void;
}

/** Heights of a row and of the head, in the font size of the page. */
const ROW_REM = 1.625;
const HEAD_REM = 1.5;

/**
 * The queue as a grid, of which only the rows in view are there. The grid as a whole has the focus, since a row
 * that is scrolled out of view could not keep it.
 */
export function QueueGrid({
  scroller,
  list,
  state,
  facts,
  chooser,
  onOpen,
  onRemove,
  onEscape,
}: QueueGridProps) {
  const { rows, selection, total = 0, moved } = state;
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const [rowHeight, headHeight] = [ROW_REM * rem, HEAD_REM * rem];
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  const atTop = (virtual.scrollOffset ?? 0) < rowHeight;
  // Also when rows were forgotten, so that what is in view is asked for again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => list.look(first, last, atTop), [list, first, last, atTop, rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that the list has moved
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if ('to' in moved) element.scrollTop = 0;
    else element.scrollTop += moved.by * rowHeight;
  }, [moved]);

  const { lead } = selection;
  const isLeadShown = lead !== undefined && shown.some(({ index }) => rows.get(index)?.id === lead.id);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const visible = Math.max(1, Math.floor((scroller.current.clientHeight - headHeight) / rowHeight) - 1);
    const place = chooser.placeOf(event.key, visible);
    if (place !== undefined) {
      virtual.scrollToIndex(place);
      void chooser.choose(place, choiceOf(event, 'move'));
    } else if (event.key === ' ' && lead) void chooser.choose(lead.index, isCommand ? 'toggle' : 'one');
    else if (event.key.toLowerCase() === 'a' && isCommand) chooser.chooseAll();
    else if (event.key === 'Delete') onRemove();
    else if (event.key === 'Enter') onOpen();
    else if (event.key === 'Escape') onEscape();
    else return;
    event.preventDefault();
  };
  const onClick = useCallback(
    (event: MouseEvent, index: number) => void chooser.choose(index, choiceOf(event, 'toggle')),
    [chooser],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a table can't be left out and positioned
    <div
      ref={scroller}
      className="listing queue-grid"
      role="grid"
      aria-label="Queue"
      aria-rowcount={total + 1}
      aria-colcount={COLUMNS.length}
      aria-multiselectable
      aria-busy={state.isPending}
      aria-activedescendant={isLeadShown ? rowId(lead.id) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <GridHead scope={state.scope} onSort={(scope) => void list.show(scope)} />
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" className="listing-all queue-all" style={{ blockSize: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows.get(index);
          return (
            <GridRow
              key={row?.id ?? `place ${index}`}
              row={row}
              index={index}
              top={start - headHeight}
              facts={facts}
              isSelected={row ? isSelected(selection, row) : false}
              isLead={row?.id !== undefined && row.id === lead?.id}
              isGone={row === null || (row !== undefined && state.gone.has(row.id))}
              onClick={onClick}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

/** What a click or an arrow key means with the keys that are held; @param command with Ctrl or Command alone */
function choiceOf(event: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>, command: Choice): Choice {
  const isCommand = event.ctrlKey || event.metaKey;
  if (event.shiftKey) return isCommand ? 'add' : 'extend';
  return isCommand ? command : 'one';
}
