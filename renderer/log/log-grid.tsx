import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';
import type { Grouping, Row } from './groups.ts';
import type { LogList } from './log-list.ts';
import { COLUMNS, LogRow } from './log-row.tsx';
import type { LogListState } from './log-state.ts';
import { type Choice, choose, chooseAll, placeAfter, type Selection } from './selection.ts';
import { usePlace } from './use-place.ts';

interface LogGridProps {
  /** The grid itself, which has the focus and scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: LogList;
  readonly state: LogListState;
  readonly rows: readonly Row[];
  readonly grouping: Grouping;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  /** Opens or closes a group. */
  readonly onFold: (key: string, isOpen: boolean) => void;
  /** Shows all there is about the lead. */
  readonly onOpen: () => void;
  readonly onCopy: () => void;
  readonly onEscape: () => void;
  /** Whether the last row is in view, so that what comes is followed. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
}

/** Heights of a row and of the head, in the font size of the page. */
const ROW_REM = 1.5;
const HEAD_REM = 1.5;
/** Rows before the end of what is loaded at which more is asked for. */
const NEAR = 60;

/**
 * The log as a grid, of which only the rows in view are there. It stays where it is while rows are added above,
 * and at its end while they are added below, unless somebody has scrolled away from there.
 */
export function LogGrid({
  scroller,
  list,
  state,
  rows,
  grouping,
  selection,
  onSelect,
  onFold,
  onOpen,
  onCopy,
  onEscape,
  onAtEnd,
}: LogGridProps) {
  const isGrouped = grouping !== 'none';
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const [rowHeight, headHeight] = [ROW_REM * rem, HEAD_REM * rem];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    overscan: 6,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;

  const { lead } = selection;
  const leadIndex = rows.findIndex(({ key }) => key === lead);
  const viewHeight = Math.max(0, (virtual.scrollRect?.height ?? 0) - headHeight);
  const { onScroll, hold } = usePlace({
    scroller,
    rows,
    rowHeight,
    viewHeight,
    start: state.start,
    grouping,
    leadIndex,
    reveal: (index) => virtual.scrollToIndex(index),
    onAtEnd,
  });

  // An end that was gone to by a key, before it was loaded.
  const wanted = useRef('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that the list begins anew
  useLayoutEffect(() => {
    const index = placeAfter(wanted.current, rows, 0, 0);
    wanted.current = '';
    if (index !== undefined) onSelect(choose(selection, rows, index, 'one'));
  }, [state.start]);

  const offset = virtual.scrollOffset ?? 0;
  useEffect(() => {
    // These are not yet the rows of the place to which it was scrolled just now.
    if (Math.abs(offset - (scroller.current?.scrollTop ?? 0)) > 1) return;
    if (first < NEAR && state.hasOlder) void list.loadOlder();
    if (last > rows.length - NEAR && state.hasNewer) void list.loadNewer();
  }, [scroller, list, first, last, offset, rows, state.hasOlder, state.hasNewer]);

  const go = (index: number, how: Choice) => {
    virtual.scrollToIndex(index);
    onSelect(choose(selection, rows, index, how));
  };
  const fold = useCallback(
    (row: Row | undefined, isOpen: boolean) => {
      if (row?.type !== 'group' || row.isOpen === isOpen) return;
      hold();
      onFold(row.key, isOpen);
    },
    [hold, onFold],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || event.altKey) return;
    const { key, shiftKey } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(viewHeight / rowHeight) - 1);
    const start = leadIndex < 0 ? (key === 'ArrowUp' ? rows.length : -1) : leadIndex;
    const index = placeAfter(key, rows, start, page);
    const row = rows[leadIndex];
    if (index !== undefined) {
      go(index, shiftKey ? 'range' : isCommand ? 'move' : 'one');
      // Whoever goes elsewhere does not want to be taken to an end that comes later.
      wanted.current = '';
      // A range is one of what is loaded; and what is paused goes on only when it is told to.
      if (!shiftKey && key === 'Home' && state.hasOlder) wanted.current = key;
      if (!shiftKey && key === 'End' && state.hasNewer && !state.pausedAt) wanted.current = key;
      if (wanted.current !== '') void (key === 'Home' ? list.toOldest() : list.toNewest());
    } else if (key === 'ArrowRight') fold(row, true);
    else if (key === 'ArrowLeft' && row?.type === 'entry' && row.inGroup)
      go(groupAbove(rows, leadIndex), 'one');
    else if (key === 'ArrowLeft') fold(row, false);
    else if (key === ' ' && row) go(leadIndex, isCommand ? 'toggle' : 'one');
    else if (key === 'Enter') onOpen();
    else if (key === 'Escape') onEscape();
    else if (isCommand && key.toLowerCase() === 'a') onSelect(chooseAll(selection, rows));
    else if (isCommand && key.toLowerCase() === 'c') onCopy();
    else return;
    event.preventDefault();
  };

  const latest = useRef({ selection, rows });
  latest.current = { selection, rows };
  const onClick = useCallback(
    (event: MouseEvent, index: number) => {
      const now = latest.current;
      const row = now.rows[index];
      if (row?.type === 'group' && (event.target as Element).closest('.time')) fold(row, !row.isOpen);
      const how = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
      onSelect(choose(now.selection, now.rows, index, how));
      if (how === 'one') onOpen();
    },
    [onSelect, fold, onOpen],
  );
  const onDoubleClick = useCallback(
    (index: number) => {
      const row = latest.current.rows[index];
      if (row?.type === 'group') fold(row, !row.isOpen);
    },
    [fold],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it has one of two roles, and takes the keys in both
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles have these
    <div
      ref={scroller}
      className={isGrouped ? 'listing log-grid grouped' : 'listing log-grid'}
      role={isGrouped ? 'treegrid' : 'grid'}
      aria-label="Mail log"
      aria-rowcount={state.hasOlder || state.hasNewer ? -1 : rows.length + 1}
      aria-colcount={COLUMNS.length}
      aria-multiselectable
      aria-busy={state.isPending}
      aria-activedescendant={lead && shown.some(({ index }) => index === leadIndex) ? lead : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a table can't be left out and positioned */}
      <div role="rowgroup" className="listing-head log-head">
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid as a whole has the focus */}
        <div role="row" className="listing-row log-row" aria-rowindex={1}>
          {COLUMNS.map(({ id, title }, column) => (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div key={id} role="columnheader" aria-colindex={column + 1} className={id}>
              {title}
            </div>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" className="listing-all log-all" style={{ blockSize: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <LogRow
                key={row.key}
                row={row}
                index={index}
                top={start - headHeight}
                isGrouped={isGrouped}
                isSelected={selection.keys.has(row.key)}
                isLead={row.key === lead}
                onClick={onClick}
                onOpen={onDoubleClick}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

/** The place of the group that a row stands in. */
function groupAbove(rows: readonly Row[], index: number): number {
  return rows.slice(0, index).findLastIndex(({ type }) => type === 'group');
}
