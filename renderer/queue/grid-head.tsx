import { ChevronDown, ChevronUp } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { COLUMNS, type Column } from './grid-row.tsx';
import type { QueueScope } from './queue-list-state.ts';

interface GridHeadProps {
  readonly scope: QueueScope;
  readonly onSort: (scope: Pick<QueueScope, 'sort' | 'direction'>) => void;
}

const SORTED = COLUMNS.filter(({ sort }) => sort);

/** The heads of the columns, which sort. Tab comes by one of them; the arrow keys lead to the others. */
export function GridHead({ scope, onSort }: GridHeadProps) {
  const row = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState('words');
  const sortBy = ({ sort }: Column) => {
    if (!sort) return;
    const isAgain = scope.sort === sort && scope.direction === 'ascending';
    onSort({ sort, direction: isAgain ? 'descending' : 'ascending' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const visible = SORTED.filter(({ id }) => buttonOf(row.current, id)?.offsetParent !== null);
    const next = visible[visible.findIndex(({ id }) => id === stop) + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    setStop(next.id);
    buttonOf(row.current, next.id)?.focus();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows below can't be those of a table
    <div role="rowgroup" className="listing-head queue-head">
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its buttons are */}
      <div ref={row} role="row" className="listing-row queue-row" aria-rowindex={1} onKeyDown={onKeyDown}>
        {COLUMNS.map((column, index) => {
          const { id, title, sort, className } = column;
          const isSorted = sort !== undefined && sort === scope.sort;
          const Arrow = scope.direction === 'ascending' ? ChevronUp : ChevronDown;
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: its button is
            <div
              key={id}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={isSorted ? scope.direction : sort && 'none'}
              className={className}
            >
              {sort ? (
                <button
                  type="button"
                  data-column={id}
                  tabIndex={id === stop ? 0 : -1}
                  title={`Sort by ${title.toLowerCase()}`}
                  onClick={() => sortBy(column)}
                  onFocus={() => setStop(id)}
                >
                  <span>{title}</span>
                  {isSorted && <Arrow aria-hidden />}
                </button>
              ) : (
                title
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function buttonOf(row: HTMLElement | null, column: string): HTMLElement | null | undefined {
  return row?.querySelector<HTMLElement>(`[data-column="${column}"]`);
}
