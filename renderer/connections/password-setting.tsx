import { Undo2, X } from 'lucide-react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { type SettingPath, valueAt } from '../../server/contract/settings.ts';
import { useField, useSheet } from './context.tsx';
import { FieldNotes } from './fields.tsx';
import { REMOVED } from './parse.ts';

const IS_SET = 'A password is set. Typing replaces it.';

/** A password that never comes back from the engine: all there is to know is whether one is set. */
export function PasswordSetting({
  path,
  className,
}: {
  readonly path: SettingPath;
  readonly className: string;
}) {
  const field = useField(path);
  const { draft, sheet } = useSheet();
  const isSet = valueAt(draft.base.settings, path) === null;
  const isRemoved = field.entry === REMOVED;
  const removal = `${isRemoved ? 'Keep' : 'Remove'} ${field.spec.label}`;
  const state = isRemoved ? 'Will be removed' : isSet ? 'A password is set' : '';
  return (
    <TextField
      className={`field ${className}`}
      data-path={path}
      type="password"
      value={field.text}
      onChange={field.change}
      isDisabled={field.isDisabled}
      isInvalid={field.issue !== undefined}
      validationBehavior="aria"
    >
      <Label className="label">{field.spec.label}</Label>
      <div className="with-button">
        <Input className="input" placeholder={state} autoComplete="new-password" spellCheck={false} />
        {isSet && (
          <Button
            className="button small"
            data-hint={removal}
            isDisabled={field.isDisabled}
            aria-label={removal}
            onPress={() =>
              sheet.edit(isRemoved ? { type: 'reverted', path } : { type: 'typed', path, entry: REMOVED })
            }
          >
            {isRemoved ? <Undo2 aria-hidden /> : <X aria-hidden />}
          </Button>
        )}
      </div>
      <FieldNotes field={field} aside={isSet ? IS_SET : ''} />
    </TextField>
  );
}
