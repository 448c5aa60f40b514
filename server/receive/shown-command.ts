/**
 * What of a client's line may be shown: the one place where secrets and content are kept out of transcripts.
 *
 * Only what is known to be harmless is shown. A client that did not listen sends its password, or its message,
 * where a command should stand; so a line that is no well-formed command is counted and not shown.
 */

/** Commands that are shown as they came. */
const HARMLESS = [
  /^(?:HELO|EHLO) \S+$/i,
  /^MAIL FROM:\s*<[^<>]*>(?: [\w-]+(?:=\S*)?)*$/i,
  /^RCPT TO:\s*<[^<>]*>(?: [\w-]+(?:=\S*)?)*$/i,
  /^(?:DATA|RSET|NOOP|QUIT|STARTTLS|HELP)$/i,
];

const MECHANISM =
  /^AUTH (?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|NTLM|GSSAPI|EXTERNAL|XOAUTH2|OAUTHBEARER|SCRAM-SHA-\d+(?:-PLUS)?)$/i;

/** The line as a transcript shows it. @param answersAuth it answers a challenge of AUTH */
export function shownCommand(line: string, answersAuth: boolean): string {
  if (answersAuth) return '… (answer not shown)';
  const command = line.trimEnd();
  if (HARMLESS.some((pattern) => pattern.test(command))) return command;
  const [verb = '', mechanism = ''] = command.split(/\s+/, 2);
  if (/^AUTH$/i.test(verb)) {
    const shown = `${verb} ${mechanism}`;
    if (!MECHANISM.test(shown)) return `${verb} … (not shown)`;
    return command.length > shown.length ? `${shown} … (not shown)` : shown;
  }
  return `… ${line.length} bytes that are no command (not shown)`;
}
