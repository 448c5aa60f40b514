import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField } from 'react-aria-components';

interface FormFieldProps {
  readonly label: string;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
  readonly help?: string;
  readonly placeholder?: string;
  readonly isSecret?: boolean;
  readonly isReadOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly numeric?: boolean;
  /** More than 1 makes it a text of several lines. */
  readonly lines?: number;
  /** Stands right of the input. */
  readonly button?: ReactNode;
  /** Stands below the input, and is said when it changes. */
  readonly children?: ReactNode;
}

/** A field of a dialog: its name left of it, and below it what there is to say. */
export function FormField({
  label,
  value,
  fault,
  onChange,
  help,
  placeholder = '',
  isSecret = false,
  isReadOnly = false,
  autoFocus = false,
  numeric = false,
  lines = 1,
  button,
  children,
}: FormFieldProps) {
  const common = { placeholder, spellCheck: false, autoComplete: isSecret ? 'new-password' : 'off' };
  return (
    <TextField
      className={`field row ${numeric ? 'with-number' : ''}`}
      value={value}
      onChange={onChange}
      type={isSecret ? 'password' : 'text'}
      isInvalid={fault !== undefined}
      isReadOnly={isReadOnly}
      validationBehavior="aria"
      autoFocus={autoFocus}
    >
      <Label className="label">{label}</Label>
      <div className="with-button">
        {lines > 1 ? (
          <TextArea {...common} className="input" rows={lines} />
        ) : (
          <Input
            {...common}
            className={numeric ? 'input number' : 'input'}
            inputMode={numeric ? 'numeric' : 'text'}
          />
        )}
        {button}
      </div>
      <div className="below">
        <FieldError className="issue">
          <CircleAlert aria-hidden />
          <span>{fault}</span>
        </FieldError>
        {children}
        {help && (
          <Text slot="description" className="note">
            {help}
          </Text>
        )}
      </div>
    </TextField>
  );
}
