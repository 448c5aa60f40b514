/** What may be shown of a dialogue with a peer: the one place where our secrets are kept out of transcripts. Pure. */
import type { Target } from './target.ts';

const AUTH = /^AUTH [A-Z0-9-]+/;

/** A line of ours. @param isSigningIn what is no command then is an answer, and that is a secret */
export function shownLine(line: string, isSigningIn: boolean): string {
  if (!isSigningIn || line === 'QUIT') return line;
  const [command] = AUTH.exec(line) ?? [];
  if (command === undefined) return '… (answer not shown)';
  return command === line ? line : `${command} … (not shown)`;
}

/** Takes our secrets out of what a peer says, should it repeat them. */
export function secretFilter(account: Target['account']): (text: string) => string {
  if (!account?.password) return (text) => text;
  const { user, password } = account;
  const secrets = [
    Buffer.from(`\0${user}\0${password}`).toString('base64'),
    Buffer.from(password).toString('base64'),
    password,
  ];
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '•••'), text);
}
