import { CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { settingSpec } from '../../server/contract/settings.ts';
import icon from '../ui/icon.svg';
import { type Answers, checkAnswers, domainOf, type Faults } from './check.ts';
import type { Start } from './start.ts';

interface WelcomeProps {
  /** The server name as it is now. */
  readonly hostname: string;
  readonly start: Start;
  /** @param account the address that was created; undefined when the person skipped it */
  readonly onDone: (account: string | undefined) => void;
}

/** The first start: a name for the server, and somebody to receive mail. */
export function Welcome({ hostname, start, onDone }: WelcomeProps) {
  const [answers, setAnswers] = useState<Answers>({ hostname, address: '', password: '', repeat: '' });
  const [faults, setFaults] = useState<Faults>({});
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (Object.keys(faults).length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const found = checkAnswers(answers);
    setFaults(found);
    setProblem('');
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const outcome = await start(answers);
    setBusy(false);
    if ('account' in outcome) return onDone(outcome.account);
    setFaults(outcome.faults);
    setProblem(outcome.problem);
  };
  const field = (name: keyof Answers) => ({
    value: answers[name],
    fault: faults[name],
    onChange: (text: string) => {
      setAnswers({ ...answers, [name]: text });
      setFaults(({ [name]: _, ...rest }) => rest);
    },
  });
  const domain = domainOf(answers.address) || 'your domain';

  return (
    <form
      ref={form}
      className="welcome"
      aria-labelledby="welcome"
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      <header>
        <img src={icon} alt="" width="40" height="40" />
        <div>
          <h2 id="welcome">Welcome to Waypost</h2>
          <p>A name and an account, and this machine can receive and send mail.</p>
        </div>
      </header>
      <Answer
        label={settingSpec('hostname').label}
        help={settingSpec('hostname').help}
        {...field('hostname')}
      />
      <Answer
        label="Mail address"
        help={`The first account. Mail from elsewhere reaches it once the MX record of ${domain} in DNS names this server.`}
        placeholder="anna@example.com"
        autoFocus
        {...field('address')}
      />
      <Answer label="Password" help="Your mail program signs in with it." isSecret {...field('password')} />
      <Answer label="Repeat password" isSecret {...field('repeat')} />
      <div className="command-bar">
        <div className="said" role="status">
          {problem && (
            <p className="notice problem">
              <CircleAlert aria-hidden />
              <span>{problem}</span>
            </p>
          )}
        </div>
        <div className="buttons">
          <Button className="button" onPress={() => onDone(undefined)}>
            Skip
          </Button>
          <Button type="submit" className="button primary" isPending={isBusy}>
            Create Account
          </Button>
        </div>
      </div>
    </form>
  );
}

interface AnswerProps {
  readonly label: string;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
  readonly help?: string;
  readonly placeholder?: string;
  readonly isSecret?: boolean;
  readonly autoFocus?: boolean;
}

function Answer({
  label,
  value,
  fault,
  onChange,
  help,
  placeholder,
  isSecret,
  autoFocus = false,
}: AnswerProps) {
  return (
    <TextField
      className="field row"
      value={value}
      onChange={onChange}
      type={isSecret ? 'password' : 'text'}
      isInvalid={fault !== undefined}
      validationBehavior="aria"
      autoFocus={autoFocus}
    >
      <Label className="label">{label}</Label>
      <Input
        className="input"
        placeholder={placeholder ?? ''}
        spellCheck={false}
        autoComplete={isSecret ? 'new-password' : 'off'}
      />
      {help && (
        <Text slot="description" className="notes note">
          {help}
        </Text>
      )}
      <FieldError className="issue">
        <CircleAlert aria-hidden />
        <span>{fault}</span>
      </FieldError>
    </TextField>
  );
}
