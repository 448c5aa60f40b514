import { ChevronDown, PanelBottom } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import {
  Button,
  Input,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  Text,
  TextField,
  ToggleButton,
} from 'react-aria-components';
import { type QueueDomain, type QueueState, queueStates } from '../../server/contract/queue.ts';
import type { Client } from '../client.ts';
import { Choice } from '../ui/choice.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useMedia } from '../ui/use-media.ts';
import { useTyped } from '../ui/use-typed.ts';
import type { QueueScope } from './queue-list-state.ts';
import { SortChoice } from './sort-choice.tsx';
import { numberText, STATE_NAMES } from './words.ts';

interface FilterBarProps {
  readonly client: Pick<Client, 'queue'>;
  readonly scope: QueueScope;
  readonly onChange: (change: Partial<QueueScope>) => void;
  readonly hasDetails: boolean;
  readonly onDetails: (wanted: boolean) => void;
}

/** What of the queue is shown; where columns have no room, also in which order. */
export function FilterBar({ client, scope, onChange, hasDetails, onDetails }: FilterBarProps) {
  const { filter } = scope;
  const { text = '', state, domain = '' } = filter;
  const filterBy = (part: Partial<QueueScope['filter']>) => onChange({ filter: { ...filter, ...part } });
  const [searched, setSearched] = useTyped(text, (next) => filterBy({ text: next }));
  const [named, setNamed] = useTyped(domain, (next) => filterBy({ domain: next }));
  // Where columns have no room, they have no heads to sort by either.
  const isNarrow = useMedia('(max-width: 40rem)');
  return (
    <search className="listing-filter queue-filter">
      <SearchBox
        label="Search sender, recipient and reply"
        text={searched}
        onChange={setSearched}
        maxLength={200}
      />
      <Choice
        className="state-choice"
        label="State"
        value={state ?? 'all'}
        ids={['all', ...queueStates]}
        names={STATE_CHOICES}
        onChange={(key) => filterBy({ state: key === 'all' ? undefined : key })}
      />
      <DomainField client={client} text={named} onChange={setNamed} />
      {isNarrow && <SortChoice scope={scope} onChange={onChange} />}
      <ToggleButton
        className="button small"
        aria-label="Details"
        isSelected={hasDetails}
        onChange={onDetails}
      >
        <PanelBottom aria-hidden />
      </ToggleButton>
    </search>
  );
}

const STATE_CHOICES: Readonly<Record<QueueState | 'all', string>> = { all: 'All states', ...STATE_NAMES };

interface DomainFieldProps {
  readonly client: Pick<Client, 'queue'>;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** A domain to be typed, or chosen from those with most recipients. */
function DomainField({ client, text, onChange }: DomainFieldProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [domains, setDomains] = useState<readonly QueueDomain[]>([]);
  const open = (wanted: boolean) => {
    setOpen(wanted);
    // Without the list a domain can still be typed.
    if (wanted) client.queue.domains().then(setDomains, () => {});
  };
  const openByKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    open(true);
  };
  const items = [
    { id: '', name: 'All domains', note: '' },
    ...domains.map(({ domain, count }) => ({ id: domain, name: domain, note: numberText(count) })),
  ];
  return (
    <TextField
      className="domain-choice"
      aria-label="Domain of the recipient. Arrow down lists those with most recipients."
      value={text}
      onChange={onChange}
    >
      <div ref={box} className="combo-box">
        <Input
          className="input"
          placeholder="All domains"
          spellCheck={false}
          autoComplete="off"
          maxLength={255}
          onKeyDown={openByKey}
        />
        <MenuTrigger isOpen={isOpen} onOpenChange={open}>
          <Button className="combo-button" aria-label="Choose a domain" excludeFromTabOrder>
            <ChevronDown aria-hidden />
          </Button>
          <Popover className="popover" triggerRef={box} placement="bottom start">
            <Menu
              className="list"
              aria-label="Domains"
              items={items}
              selectionMode="single"
              selectedKeys={[text]}
              onAction={(key) => onChange(String(key))}
            >
              {(item) => (
                <MenuItem className="item" textValue={item.name}>
                  <Text slot="label">{item.name}</Text>
                  {item.note && (
                    <Text slot="description" className="item-note">
                      {item.note}
                    </Text>
                  )}
                </MenuItem>
              )}
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
    </TextField>
  );
}
