import { CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, Checkbox, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { AccountView } from '../../server/contract/views.ts';
import { CheckMark } from '../ui/check-mark.tsx';
import { type AccountFaults, type AccountForm, checkForm, formOf } from './check.ts';
import { FormField } from './form-field.tsx';
import { PasswordField } from './password-field.tsx';
import type { Saved } from './save.ts';

interface AccountDialogProps {
  /** The account to change; undefined for a new one. */
  readonly account: AccountView | undefined;
  readonly save: (form: AccountForm) => Promise<Saved>;
  readonly onSaved: (account: AccountView) => void;
  readonly onClose: () => void;
}

/** Adds or changes an account. */
export function AccountDialog(props: AccountDialogProps) {
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={props.onClose}>
      <Modal className="modal">
        <Dialog className="dialog">
          <AccountFields {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function AccountFields({ account, save, onSaved, onClose }: AccountDialogProps) {
  const isNew = account === undefined;
  const [form, setForm] = useState(() => formOf(account));
  const [faults, setFaults] = useState<AccountFaults>({});
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (Object.keys(faults).length > 0)
      element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const found = checkForm(form, isNew);
    setFaults(found);
    setProblem('');
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const saved = await save(form);
    setBusy(false);
    if ('account' in saved) return onSaved(saved.account);
    setFaults(saved.faults);
    setProblem(saved.problem);
  };
  const field = (name: 'address' | 'password' | 'aliases' | 'quota') => ({
    value: form[name],
    fault: faults[name],
    onChange: (text: string) => {
      setForm({ ...form, [name]: text });
      setFaults(({ [name]: _, ...rest }) => rest);
    },
  });
  return (
    <form
      ref={element}
      className="dialog-form account-form"
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      <Heading slot="title">{isNew ? 'Add account' : 'Edit account'}</Heading>
      <FormField
        {...field('address')}
        label="Mail address"
        placeholder={isNew ? 'anna@example.com' : ''}
        isReadOnly={!isNew}
        autoFocus={isNew}
      />
      <PasswordField {...field('password')} address={form.address} isNew={isNew} />
      <FormField
        {...field('aliases')}
        label="Aliases"
        help="Other addresses it has, one per line."
        lines={3}
        autoFocus={!isNew}
      />
      <FormField {...field('quota')} label="Quota (MB)" help="0 = no limit" numeric />
      {!isNew && (
        <div className="row">
          <div className="enabled">
            <Checkbox
              className="checkbox"
              isSelected={form.enabled}
              onChange={(enabled) => setForm({ ...form, enabled })}
              aria-describedby="enabled-help"
            >
              {({ isSelected }) => (
                <>
                  <CheckMark isSelected={isSelected} />
                  Enabled
                </>
              )}
            </Checkbox>
            <p id="enabled-help" className="note">
              Switched off, it keeps its mail but takes no new mail and nobody can sign in.
            </p>
          </div>
        </div>
      )}
      <div className="dialog-end">
        <div role="status">
          {problem && (
            <p className="notice problem">
              <CircleAlert aria-hidden />
              <span>{problem}</span>
            </p>
          )}
        </div>
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            Cancel
          </Button>
          <Button type="submit" className="button primary" isPending={isBusy}>
            {isNew ? 'Add' : 'Save'}
          </Button>
        </div>
      </div>
    </form>
  );
}
