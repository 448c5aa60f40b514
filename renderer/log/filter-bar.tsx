import { ChevronDown, ListTree, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import {
  Button,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Select,
  SelectValue,
  TextField,
  ToggleButton,
} from 'react-aria-components';
import { logKinds } from '../../server/contract/views.ts';
import { type Choices, scopes, severities, spans } from './filter.ts';
import { KIND_CHOICES, SCOPE_NAMES, SEVERITY_NAMES, SPAN_NAMES } from './words.ts';

interface FilterBarProps {
  readonly choices: Choices;
  readonly onChange: (change: Partial<Choices>) => void;
  readonly isGrouped: boolean;
  readonly onGrouped: (wanted: boolean) => void;
}

/** Milliseconds of quiet after which what is typed counts. */
const TYPING_MS = 200;

/** What of the log is shown, and how. */
export function FilterBar({ choices, onChange, isGrouped, onGrouped }: FilterBarProps) {
  const [text, setText] = useTyped(choices.text, (next) => onChange({ text: next }));
  return (
    <search className="log-filter">
      <SearchField className="search" aria-label="Search the log" value={text} onChange={setText}>
        <Search aria-hidden />
        <Input className="input" placeholder="Search" spellCheck={false} autoComplete="off" maxLength={200} />
        {text !== '' && (
          <Button className="combo-button">
            <X aria-hidden />
          </Button>
        )}
      </SearchField>
      <Choice
        label="Search in"
        value={choices.scope}
        ids={scopes}
        names={SCOPE_NAMES}
        onChange={(scope) => onChange({ scope })}
      />
      <Choice
        label="Time"
        value={choices.span}
        ids={spans}
        names={SPAN_NAMES}
        onChange={(span) => onChange({ span })}
      />
      <Choice
        label="Level"
        value={choices.severity}
        ids={severities}
        names={SEVERITY_NAMES}
        onChange={(severity) => onChange({ severity })}
      />
      <Choice
        label="Kind"
        value={choices.kind}
        ids={['all', ...logKinds]}
        names={KIND_CHOICES}
        onChange={(kind) => onChange({ kind })}
      />
      <ToggleButton className="button grouped" isSelected={isGrouped} onChange={onGrouped}>
        <ListTree aria-hidden /> Grouped
      </ToggleButton>
      {choices.span === 'range' && (
        <div className="range">
          <Moment label="From" value={choices.from} onChange={(from) => onChange({ from })} />
          <Moment label="To" value={choices.to} onChange={(to) => onChange({ to })} />
        </div>
      )}
    </search>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly ids: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, ids, names, onChange }: ChoiceProps<T>) {
  return (
    <Select className="choice" aria-label={label} value={value} onChange={(key) => onChange(key as T)}>
      <Button className="select">
        <SelectValue className="select-value" />
        <ChevronDown aria-hidden />
      </Button>
      <Popover className="popover">
        <ListBox className="list">
          {ids.map((id) => (
            <ListBoxItem key={id} id={id} className="item" textValue={names[id]}>
              {names[id]}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

interface MomentProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A local date and time, as the browser has them entered. */
function Moment({ label, value, onChange }: MomentProps) {
  return (
    <TextField className="moment" type="datetime-local" value={value} onChange={onChange}>
      <Label className="label">{label}</Label>
      <Input className="input" />
    </TextField>
  );
}

/** A text that counts once its writer pauses. */
function useTyped(told: string, onChange: (text: string) => void): [string, (text: string) => void] {
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
  return [text, setText];
}
