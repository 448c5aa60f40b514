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
  const state = isRemoved ? 'Will be removed' : isSet ? 'One is set' : '';
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
            isDisabled={field.isDisabled}
            aria-label={isRemoved ? `Keep ${field.spec.label}` : `Remove ${field.spec.label}`}
            onPress={() =>
              isRemoved
                ? sheet.edit({ type: 'reverted', path })
                : sheet.edit({ type: 'typed', path, entry: REMOVED })
            }
          >
            {isRemoved ? 'Keep' : 'Remove'}
          </Button>
        )}
      </div>
      <FieldNotes field={field} note={isSet && <span className="unseen">{IS_SET}</span>} />
    </TextField>
  );
}
