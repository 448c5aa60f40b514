import { ChevronDown, PanelBottom, Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import {
  Button,
  Input,
  ListBox,
  ListBoxItem,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  SearchField,
  Select,
  SelectValue,
  Text,
  TextField,
  ToggleButton,
} from 'react-aria-components';
import { type QueueDomain, type QueueState, queueStates } from '../../server/contract/queue.ts';
import type { Client } from '../client.ts';
import { useMedia } from '../ui/use-media.ts';
import type { QueueScope } from './queue-list.ts';
import { SortChoice } from './sort-choice.tsx';
import { numberText, STATE_NAMES } from './words.ts';

interface FilterBarProps {
  readonly client: Pick<Client, 'queue'>;
  readonly scope: QueueScope;
  readonly onChange: (change: Partial<QueueScope>) => void;
  readonly hasDetails: boolean;
  readonly onDetails: (wanted: boolean) => void;
}

/** Milliseconds of quiet after which what is typed counts. */
const TYPING_MS = 200;

/** What of the queue is shown; where columns have no room, also in which order. */
export function FilterBar({ client, scope, onChange, hasDetails, onDetails }: FilterBarProps) {
  const { filter } = scope;
  const { text = '', state, domain = '' } = filter;
  const filterBy = (part: Partial<QueueScope['filter']>) => onChange({ filter: { ...filter, ...part } });
  const typed = useTyped(text, (next) => filterBy({ text: next }));
  const named = useTyped(domain, (next) => filterBy({ domain: next }));
  // Where columns have no room, they have no heads to sort by either.
  const isNarrow = useMedia('(max-width: 40rem)');
  return (
    <search className="queue-filter">
      <SearchField
        className="search"
        aria-label="Search sender, recipient and reply"
        value={typed.text}
        onChange={typed.type}
      >
        <Search aria-hidden />
        <Input className="input" placeholder="Search" spellCheck={false} autoComplete="off" maxLength={200} />
        {typed.text !== '' && (
          <Button className="combo-button">
            <X aria-hidden />
          </Button>
        )}
      </SearchField>
      <Select
        className="state-choice"
        aria-label="State"
        value={state ?? 'all'}
        onChange={(key) => filterBy({ state: key === 'all' ? undefined : (key as QueueState) })}
      >
        <Button className="select">
          <SelectValue className="select-value" />
          <ChevronDown aria-hidden />
        </Button>
        <Popover className="popover">
          <ListBox className="list">
            {(['all', ...queueStates] as const).map((id) => (
              <ListBoxItem key={id} id={id} className="item" textValue={nameOf(id)}>
                {nameOf(id)}
              </ListBoxItem>
            ))}
          </ListBox>
        </Popover>
      </Select>
      <DomainField client={client} text={named.text} onChange={named.type} onChoose={named.choose} />
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

function nameOf(state: QueueState | 'all'): string {
  return state === 'all' ? 'All states' : STATE_NAMES[state];
}

interface DomainFieldProps {
  readonly client: Pick<Client, 'queue'>;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onChoose: (text: string) => void;
}

/** A domain to be typed, or chosen from those with most recipients. */
function DomainField({ client, text, onChange, onChoose }: DomainFieldProps) {
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
              onAction={(key) => onChoose(String(key))}
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

/** A text that counts once its writer pauses. */
function useTyped(told: string, onChange: (text: string) => void) {
  const [text, setText] = useState(told);
  const tell = useRef(onChange);
  tell.current = onChange;
  // What is shown may also be changed from elsewhere.
  useEffect(() => setText(told), [told]);
  useEffect(() => {
    if (text === told) return;
    const timer = setTimeout(() => tell.current(text), text === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, told]);
  return { text, type: setText, choose: setText };
}
