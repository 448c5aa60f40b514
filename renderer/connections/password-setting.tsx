import { Undo2, X } from 'lucide-react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { type SettingPath, valueAt } from '../../server/contract/settings.ts';
import { useField, useSheet } from './context.tsx';
import { FieldNotes } from './fields.tsx';
import { REMOVED } from './parse.ts';

const IS_SET = 'A password is set. Typing replaces it.';
const UNREADABLE = 'The stored password can’t be read on this system. Enter it again.';
const IN_FILE = 'There is no keyring here: the password is kept in settings.json, which only you can read.';

/** A password that never comes back from the engine: all there is to know is whether one is set. */
export function PasswordSetting({
  path,
  className,
}: {
  readonly path: SettingPath;
  readonly className: string;
}) {
  const field = useField(path);
  const { draft, sheet, machine } = useSheet();
  const isSet = valueAt(draft.base.settings, path) === null;
  const isRemoved = field.entry === REMOVED;
  const isTyped = field.text !== '';
  const isUnreadable = draft.base.unreadable.includes(path) && !isRemoved && !isTyped;
  const matters = !field.isDisabled || isTyped || (isSet && !isRemoved);
  const isInFile = machine?.secrets === 'file' && matters;
  const removal = `${isRemoved ? 'Keep' : 'Remove'} ${field.spec.label}`;
  const state = isRemoved ? 'Will be removed' : isSet ? 'A password is set' : '';
  return (
    <TextField
      className={`field password ${className}`}
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
        <Input
          className="input"
          placeholder={isUnreadable ? 'Can’t be read' : state}
          autoComplete="new-password"
          spellCheck={false}
        />
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
      <FieldNotes
        field={field}
        note={isUnreadable && !field.isDisabled ? UNREADABLE : isInFile ? IN_FILE : ''}
        aside={isSet && !isUnreadable ? IS_SET : ''}
      />
    </TextField>
  );
}
