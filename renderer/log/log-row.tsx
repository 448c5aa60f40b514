import { ChevronRight, CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { type MouseEvent, memo } from 'react';
import type { LogLevel, LogView } from '../../server/contract/views.ts';
import type { Group, Row } from './groups.ts';
import { clock, countText, dayText, GROUP_NAMES, KIND_NAMES, LEVEL_NAMES, spanText } from './words.ts';

export const COLUMNS = [
  { id: 'time', title: 'Time' },
  { id: 'level', title: 'Level' },
  { id: 'kind', title: 'About' },
  { id: 'host', title: 'Host' },
  { id: 'text', title: 'What happened' },
] as const;

const ICONS = { info: Info, warning: TriangleAlert, error: CircleAlert };

interface LogRowProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly isGrouped: boolean;
  readonly isSelected: boolean;
  readonly isLead: boolean;
  readonly onClick: (event: MouseEvent, index: number) => void;
  readonly onOpen: (index: number) => void;
}

/** One row of the list: an entry, a group of them, or the day that begins. */
export const LogRow = memo(function LogRow({
  row,
  index,
  top,
  isGrouped,
  isSelected,
  isLead,
  onClick,
  onOpen,
}: LogRowProps) {
  if (row.type === 'day')
    return (
      // biome-ignore lint/a11y/useSemanticElements: rows of a table can't be left out and positioned
      // biome-ignore lint/a11y/useFocusableInteractive: the grid as a whole has the focus
      <div
        role="row"
        className="listing-row log-row day"
        aria-rowindex={index + 2}
        style={{ insetBlockStart: top }}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
        <div role="gridcell" aria-colindex={1} aria-colspan={COLUMNS.length}>
          {dayText(row.at)}
        </div>
      </div>
    );
  const isGroup = row.type === 'group';
  const classes = [
    'listing-row log-row',
    isGroup ? `group ${row.group.level}` : row.entry.level,
    isLead ? 'lead' : '',
    !isGroup && row.inGroup ? 'inner' : '',
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid as a whole has the focus and takes the keys
    // biome-ignore lint/a11y/useSemanticElements: rows of a table can't be left out and positioned
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={row.key}
      role="row"
      className={classes.filter((one) => one !== '').join(' ')}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-level={isGrouped ? (isGroup || !row.inGroup ? 1 : 2) : undefined}
      aria-expanded={isGroup ? row.isOpen : undefined}
      style={{ insetBlockStart: top }}
      onClick={(event) => onClick(event, index)}
      onDoubleClick={() => onOpen(index)}
    >
      {isGroup ? <GroupCells group={row.group} isOpen={row.isOpen} /> : <EntryCells entry={row.entry} />}
    </div>
  );
});

const EntryCells = memo(function EntryCells({ entry }: { readonly entry: LogView }) {
  return (
    <Cells
      time={clock(entry.at)}
      level={entry.level}
      kind={KIND_NAMES[entry.kind]}
      host={entry.host}
      text={entry.text}
    />
  );
});

function GroupCells({ group, isOpen }: { readonly group: Group; readonly isOpen: boolean }) {
  const { entries, level, telling, what } = group;
  return (
    <Cells
      time={spanText(group)}
      level={level}
      kind={GROUP_NAMES[what]}
      host={entries.findLast(({ host }) => host !== '')?.host ?? ''}
      text={telling.text}
      count={entries.length}
      isOpen={isOpen}
    />
  );
}

interface CellsProps {
  readonly time: string;
  readonly level: LogLevel;
  readonly kind: string;
  readonly host: string;
  readonly text: string;
  /** Entries of a group. */
  readonly count?: number;
  readonly isOpen?: boolean;
}

function Cells({ time, level, kind, host, text, count, isOpen }: CellsProps) {
  const Icon = ICONS[level];
  const contents = {
    time: (
      <>
        {count !== undefined && <ChevronRight className={isOpen ? 'fold open' : 'fold'} aria-hidden />}
        {time}
      </>
    ),
    level: (
      <>
        <Icon className={level} aria-hidden /> {LEVEL_NAMES[level]}
      </>
    ),
    kind,
    host,
    text: (
      <>
        {count !== undefined && (
          <span className="count" title={countText(count)}>
            {count}
            <span className="unseen"> entries: </span>
          </span>
        )}
        {text}
      </>
    ),
  };
  return COLUMNS.map(({ id }, column) => (
    // biome-ignore lint/a11y/useSemanticElements: cells of a table can't be positioned
    // biome-ignore lint/a11y/useFocusableInteractive: the grid as a whole has the focus
    <div
      key={id}
      role="gridcell"
      aria-colindex={column + 1}
      className={id}
      title={id === 'text' ? text : id === 'host' ? host : undefined}
    >
      {contents[id]}
    </div>
  ));
}
