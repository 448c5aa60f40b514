import { ArrowDownNarrowWide, ArrowUpNarrowWide, ChevronDown } from 'lucide-react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { queueSorts } from '../../server/contract/queue.ts';
import type { QueueScope } from './queue-list.ts';
import { SORT_NAMES } from './words.ts';

interface SortChoiceProps {
  readonly scope: QueueScope;
  readonly onChange: (change: Partial<QueueScope>) => void;
}

/** The order of the list, where the heads of most columns are not there to be clicked on. */
export function SortChoice({ scope: { sort, direction }, onChange }: SortChoiceProps) {
  const Way = direction === 'ascending' ? ArrowUpNarrowWide : ArrowDownNarrowWide;
  return (
    <div className="sort-choice">
      <Select
        aria-label="Sort by"
        value={sort}
        onChange={(key) => onChange({ sort: key as QueueScope['sort'] })}
      >
        <Button className="select">
          <SelectValue className="select-value" />
          <ChevronDown aria-hidden />
        </Button>
        <Popover className="popover">
          <ListBox className="list">
            {queueSorts.map((id) => (
              <ListBoxItem key={id} id={id} className="item" textValue={SORT_NAMES[id]}>
                {SORT_NAMES[id]}
              </ListBoxItem>
            ))}
          </ListBox>
        </Popover>
      </Select>
      <Button
        className="button small"
        aria-label={
          direction === 'ascending' ? 'Sort the other way: descending' : 'Sort the other way: ascending'
        }
        onPress={() => onChange({ direction: direction === 'ascending' ? 'descending' : 'ascending' })}
      >
        <Way aria-hidden />
      </Button>
    </div>
  );
}
