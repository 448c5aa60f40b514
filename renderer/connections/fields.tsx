/** Fields for the kinds of setting. Each knows its setting by its path; labels and help come from the table. */
import { ChevronDown, CircleAlert, RefreshCw } from 'lucide-react';
import type { ClipboardEvent, ReactNode } from 'react';
import {
  Button,
  Checkbox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';
import type { SettingPath } from '../../server/contract/settings.ts';
import { CheckMark } from '../ui/check-mark.tsx';
import { type Field, useField } from './context.tsx';
import { oneLine } from './parse.ts';
import { choicesOf, rangeNote } from './wording.ts';

interface FieldProps {
  readonly path: SettingPath;
  /** Ids of what names the field, where it has no label of its own. */
  readonly labelledBy?: string;
}

interface TextSettingProps extends FieldProps {
  /** How the field is named where it stands; else by the setting's label, unseen. */
  readonly label?: ReactNode;
  /** Said beside the field. */
  readonly note?: string;
  /** Said only to those who listen, since it stands elsewhere or shows. */
  readonly aside?: string;
  readonly className?: string;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly lines?: number;
}

/** A line of text, or several. */
export function TextSetting({
  path,
  labelledBy,
  label,
  note = '',
  aside = '',
  className = '',
  placeholder = '',
  numeric = false,
  lines = 1,
}: TextSettingProps) {
  const field = useField(path);
  const common = { placeholder, spellCheck: false, autoComplete: 'off' };
  return (
    <TextField
      className={`field ${className}`}
      data-path={path}
      value={field.text}
      onChange={field.change}
      onBlur={field.leave}
      isDisabled={field.isDisabled}
      isInvalid={field.issue !== undefined}
      validationBehavior="aria"
      aria-label={label || labelledBy ? undefined : field.spec.label}
      aria-labelledby={labelledBy}
    >
      {label && <Label className="label">{label}</Label>}
      {lines === 1 ? (
        <Input
          {...common}
          className={numeric ? 'input number' : 'input'}
          inputMode={numeric ? 'numeric' : 'text'}
          onPaste={(event) => pasteOneLine(event, field.change)}
        />
      ) : (
        <TextArea {...common} className="input" rows={lines} />
      )}
      <FieldNotes field={field} note={note} aside={aside} />
    </TextField>
  );
}

/** A whole number with its limits beside it. */
export function NumberSetting({
  path,
  label,
  note = rangeNote(path),
}: FieldProps & Pick<TextSettingProps, 'label' | 'note'>) {
  const { spec } = useField(path);
  return <TextSetting path={path} label={label ?? spec.label} note={note} className="number-row" numeric />;
}

interface FieldNotesProps {
  readonly field: Field;
  readonly note?: string;
  readonly aside?: string;
}

/** What a field says beside its value: its help for those who can't see the hints, a conflict, what is wrong. */
export function FieldNotes({ field, note = '', aside = '' }: FieldNotesProps) {
  return (
    <>
      <Text slot="description" className="notes">
        {note && <span className="note">{note}</span>}
        <span className="unseen">
          {' '}
          {field.help} {aside}
        </span>
        {field.conflict && (
          <span className="conflict">
            <RefreshCw aria-hidden /> {field.conflict}
          </span>
        )}
      </Text>
      <FieldError className="issue">
        <CircleAlert aria-hidden />
        <span>{field.issue}</span>
      </FieldError>
    </>
  );
}

/** A checkbox with the setting's label. */
export function ToggleSetting({ path, className = '' }: FieldProps & { readonly className?: string }) {
  const field = useField(path);
  const describedBy = `${path}-help`;
  return (
    <div className={`field ${className}`} data-path={path}>
      <Checkbox
        className="checkbox"
        isSelected={field.entry === true}
        onChange={field.change}
        isDisabled={field.isDisabled}
        aria-describedby={describedBy}
      >
        {({ isSelected }) => (
          <>
            <CheckMark isSelected={isSelected} />
            {field.spec.label}
          </>
        )}
      </Checkbox>
      <span id={describedBy} className="unseen">
        {field.help} {field.conflict}
      </span>
      {field.conflict && (
        <span className="conflict" aria-hidden>
          <RefreshCw /> {field.conflict}
        </span>
      )}
    </div>
  );
}

/** One of a few words, with what each means. */
export function ChoiceSetting({
  path,
  labelledBy,
  label,
  className = '',
}: FieldProps & { readonly label?: ReactNode; readonly className?: string }) {
  const field = useField(path);
  const choices = choicesOf(path);
  return (
    <Select
      className={`field ${className}`}
      data-path={path}
      value={field.text}
      onChange={(key) => field.change(String(key))}
      isDisabled={field.isDisabled}
      isInvalid={field.issue !== undefined}
      validationBehavior="aria"
      aria-label={label || labelledBy ? undefined : field.spec.label}
      aria-labelledby={labelledBy}
    >
      {label && <Label className="label">{label}</Label>}
      <Button className="select">
        <SelectValue className="select-value">
          {() => choices.find(({ id }) => id === field.text)?.name ?? field.text}
        </SelectValue>
        <ChevronDown aria-hidden />
      </Button>
      <FieldNotes field={field} />
      <Popover className="popover wide">
        <ListBox className="list" items={choices}>
          {(choice) => (
            <ListBoxItem className="item" textValue={choice.name}>
              <Text slot="label">{choice.name}</Text>
              <Text slot="description" className="item-note">
                {choice.meaning}
              </Text>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

/** Line ends within pasted text would vanish and join two values into one. */
function pasteOneLine(event: ClipboardEvent<HTMLInputElement>, change: (text: string) => void): void {
  const pasted = event.clipboardData.getData('text');
  const line = oneLine(pasted);
  if (line === pasted || !/[\r\n\u2028\u2029]/.test(pasted)) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = event.currentTarget;
  change(value.slice(0, selectionStart ?? 0) + line + value.slice(selectionEnd ?? value.length));
}
