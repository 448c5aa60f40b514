import { ArrowDownNarrowWide, ArrowUpNarrowWide } from 'lucide-react';
import { Button } from 'react-aria-components';
import { queueSorts } from '../../server/contract/queue.ts';
import { Choice } from '../ui/choice.tsx';
import type { QueueScope } from './queue-list-state.ts';
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
      <Choice
        label="Sort by"
        value={sort}
        ids={queueSorts}
        names={SORT_NAMES}
        onChange={(key) => onChange({ sort: key })}
      />
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
