import { ChevronDown } from 'lucide-react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';

interface ChoiceProps<T extends string> {
  /** What is chosen, as it is read out. */
  readonly label: string;
  readonly value: T;
  readonly ids: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
  readonly className?: string;
}

/** One of a few, from a list that hangs from a button. */
export function Choice<T extends string>({ label, value, ids, names, onChange, className }: ChoiceProps<T>) {
  return (
    <Select className={className} aria-label={label} value={value} onChange={(key) => onChange(key as T)}>
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
