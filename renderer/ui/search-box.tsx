import { Search, X } from 'lucide-react';
import { Button, Input, SearchField } from 'react-aria-components';

interface SearchBoxProps {
  /** What is searched, as it is read out. */
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Characters, where the engine takes no more. */
  readonly maxLength?: number;
}

/** A field to search by, with a button that empties it. */
export function SearchBox({ label, text, onChange, maxLength }: SearchBoxProps) {
  return (
    <SearchField className="search" aria-label={label} value={text} onChange={onChange}>
      <Search aria-hidden />
      <Input
        className="input"
        placeholder="Search"
        spellCheck={false}
        autoComplete="off"
        maxLength={maxLength}
      />
      {text !== '' && (
        <Button className="combo-button">
          <X aria-hidden />
        </Button>
      )}
    </SearchField>
  );
}
