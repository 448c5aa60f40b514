import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { FormField } from './form-field.tsx';
import { strengthOf } from './strength.ts';

interface PasswordFieldProps {
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
  /** The address that a password is not to repeat. */
  readonly address: string;
  readonly isNew: boolean;
}

/** A password, with how hard it is to guess, and a look at what was typed instead of typing it twice. */
export function PasswordField({ value, fault, onChange, address, isNew }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  const strength = strengthOf(value, address);
  const name = isShown ? 'Hide password' : 'Show password';
  return (
    <FormField
      label="Password"
      value={value}
      fault={fault}
      onChange={onChange}
      isSecret={!isShown}
      placeholder={isNew ? '' : 'Unchanged'}
      button={
        <Button className="button small" aria-label={name} onPress={() => setShown(!isShown)}>
          {isShown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        </Button>
      }
    >
      <p className={`strength ${strength?.level ?? ''}`} role="status">
        {strength?.text ?? (isNew ? 'A mail program signs in with it.' : 'Typing replaces the present one.')}
      </p>
    </FormField>
  );
}
