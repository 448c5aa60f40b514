import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';
import type { Grouping, Row } from './groups.ts';
import type { LogListState } from './log-state.ts';

export interface Place {
  /** To be called when it was scrolled. */
  readonly onScroll: () => void;
  /** To be called when a group is opened or closed: whoever did that goes on looking at it, at the end too. */
  readonly hold: () => void;
}

interface PlaceOptions {
  /** What scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rows: readonly Row[];
  /** Pixels. */
  readonly rowHeight: number;
  /** Pixels of rows in view; 0 while it is not known. */
  readonly viewHeight: number;
  readonly start: LogListState['start'];
  /** Changes when the same entries become other rows. */
  readonly grouping: Grouping;
  /** The row from which the keys go on, -1 for none, and how to bring it into view. */
  readonly leadIndex: number;
  readonly reveal: (index: number) => void;
  /** Whether the last row is in view, so that what comes is followed. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
}

/**
 * Keeps a list where it is while rows are added above, and at its end while they are added below, unless somebody
 * has scrolled away from there.
 */
export function usePlace(options: PlaceOptions): Place {
  const { scroller, rows, rowHeight, viewHeight, start, grouping, leadIndex, reveal, onAtEnd } = options;
  // Where the list stood, in rows, to find the place again among others.
  const place = useRef({ key: '', offset: 0, top: 0 });
  const atEnd = useRef(true);
  const isHeld = useRef(false);
  const height = useRef(viewHeight);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const top = element.scrollTop;
    const inView = Math.floor(top / rowHeight);
    // Not by a day: it begins earlier when what is older is added, and would be found above that.
    const index = rows.findIndex(({ type }, at) => at >= inView && type !== 'day');
    place.current = { key: rows[index]?.key ?? '', offset: top - index * rowHeight, top };
    atEnd.current = isAtEnd(element);
    onAtEnd(atEnd.current);
  };
  const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) =>
    scrollHeight - scrollTop - clientHeight < rowHeight / 2;
  const toEnd = (element: HTMLElement) => {
    element.scrollTop = element.scrollHeight;
    place.current.top = element.scrollTop;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that the list begins anew
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (start.at === 'newest') toEnd(element);
    else element.scrollTop = 0;
    onScroll();
  }, [start]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the rows are others, and before they are painted
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { key, offset, top: before } = place.current;
    // What somebody has scrolled since, which the browser tells only with the next frame.
    const moved = element.scrollTop - before;
    if (isHeld.current) {
      isHeld.current = false;
      return onScroll();
    }
    if (atEnd.current && (moved > -1 || isAtEnd(element))) return toEnd(element);
    const index = rows.findIndex((row) => row.key === key);
    if (index < 0) return;
    const top = index * rowHeight + offset + moved;
    if (Math.abs(top - element.scrollTop) > 1) element.scrollTop = top;
    place.current = { key, offset: offset + moved, top: element.scrollTop };
  }, [rows]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever has chosen something goes on looking at it
  useLayoutEffect(() => {
    if (leadIndex >= 0) reveal(leadIndex);
  }, [grouping]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when there is more or less room for it
  useLayoutEffect(() => {
    const element = scroller.current;
    const before = height.current;
    height.current = viewHeight;
    if (!element || before === 0 || before === viewHeight) return;
    const top = leadIndex * rowHeight - element.scrollTop;
    if (leadIndex >= 0 && top > -rowHeight && top < before) reveal(leadIndex);
    else if (atEnd.current) toEnd(element);
  }, [viewHeight]);

  const hold = useCallback(() => {
    isHeld.current = true;
  }, []);
  return { onScroll, hold };
}
