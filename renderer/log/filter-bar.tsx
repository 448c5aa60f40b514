import { Input, Label, TextField } from 'react-aria-components';
import { logKinds } from '../../server/contract/views.ts';
import { Choice } from '../ui/choice.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useTyped } from '../ui/use-typed.ts';
import { type Choices, scopes, severities, spans } from './filter.ts';
import { type Grouping, groupings } from './groups.ts';
import { GROUPING_NAMES, KIND_CHOICES, SCOPE_NAMES, SEVERITY_NAMES, SPAN_NAMES } from './words.ts';

interface FilterBarProps {
  readonly choices: Choices;
  readonly onChange: (change: Partial<Choices>) => void;
  readonly grouping: Grouping;
  readonly onGrouping: (wanted: Grouping) => void;
}

/** What of the log is shown, and how. */
export function FilterBar({ choices, onChange, grouping, onGrouping }: FilterBarProps) {
  const [text, setText] = useTyped(choices.text, (next) => onChange({ text: next }));
  return (
    <search className="listing-filter log-filter">
      <SearchBox label="Search the log" text={text} onChange={setText} maxLength={200} />
      <Choice
        className="choice"
        label="Search in"
        value={choices.scope}
        ids={scopes}
        names={SCOPE_NAMES}
        onChange={(scope) => onChange({ scope })}
      />
      <Choice
        className="choice"
        label="Time"
        value={choices.span}
        ids={spans}
        names={SPAN_NAMES}
        onChange={(span) => onChange({ span })}
      />
      <Choice
        className="choice"
        label="Level"
        value={choices.severity}
        ids={severities}
        names={SEVERITY_NAMES}
        onChange={(severity) => onChange({ severity })}
      />
      <Choice
        className="choice"
        label="Kind"
        value={choices.kind}
        ids={['all', ...logKinds]}
        names={KIND_CHOICES}
        onChange={(kind) => onChange({ kind })}
      />
      <Choice
        className="choice grouping"
        label="Grouping"
        value={grouping}
        ids={groupings}
        names={GROUPING_NAMES}
        onChange={onGrouping}
      />
      {choices.span === 'range' && (
        <div className="range">
          <Moment label="From" value={choices.from} onChange={(from) => onChange({ from })} />
          <Moment label="To" value={choices.to} onChange={(to) => onChange({ to })} />
        </div>
      )}
    </search>
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
