/** What a SmartHost's refusals mean for the person who set it up. Pure. */
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { StepFailed } from './steps.ts';

/** The first reply of a server that does not want us. */
export function greetingRefused(reply: SmtpReply): StepFailed {
  const text = replyText(reply);
  if (reply.code === 0) {
    return new StepFailed(
      `What answers there is no mail server: it said “${text}”.`,
      'Check name and port. On port 465 choose Security TLS.',
    );
  }
  if (reply.code === 421) {
    return new StepFailed(`The server is busy: ${text}.`, 'Try again in a few minutes.');
  }
  return new StepFailed(
    `The server does not want mail from this machine: ${text}.`,
    'Your provider may only accept customers in its own network; ask which server is meant for you.',
  );
}

export function helloRefused(reply: SmtpReply, hostname: string): StepFailed {
  return new StepFailed(
    `The server does not accept the name ${hostname}: ${replyText(reply)}.`,
    'Set a server name that DNS knows (Advanced, Server name).',
  );
}

export function startTlsRefused(reply: SmtpReply): StepFailed {
  return new StepFailed(
    `The server offers STARTTLS, but refuses it now: ${replyText(reply)}.`,
    'Try again later. If it stays so, tell the operator of the server.',
  );
}

const NO_TLS_ADVICE =
  'Choose the provider’s port for encrypted mail (mostly 587 with STARTTLS, or 465 with TLS).';

export function noStartTls(): StepFailed {
  return new StepFailed('The server does not offer STARTTLS, which Security requires.', NO_TLS_ADVICE);
}

export function noSignInInClear(): StepFailed {
  return new StepFailed(
    'The server offers no encryption, and without it the password is not sent.',
    `${NO_TLS_ADVICE} Security None sends it in clear; only for a network you trust.`,
  );
}

export function noSignInOffered(): StepFailed {
  return new StepFailed(
    'The server does not offer to sign in here.',
    'Use the port that your provider names for customers (mostly 587), or switch Authenticate off.',
  );
}

export function noCommonMechanism(offered: readonly string[]): StepFailed {
  return new StepFailed(
    `The server signs people in by ${offered.join(', ')} only, none of which Waypost knows.`,
    'Ask your provider for an app password, or for a server that takes PLAIN or LOGIN.',
  );
}

export function signInRefused(reply: SmtpReply): StepFailed {
  const text = replyText(reply);
  // Exchange Online: SMTP AUTH with a password is switched off, for the mailbox, the organisation or for good.
  if (
    /5\.7\.(30|139)|basic authentication is (not supported|disabled)|SmtpClientAuthentication/i.test(text)
  ) {
    return new StepFailed(
      `The server no longer takes passwords: ${text}.`,
      'Microsoft 365 has switched them off: ask its administrator to allow authenticated SMTP for this mailbox, or use another SmartHost.',
    );
  }
  if (reply.code === 534 || /app(lication)?[- ]specific password|app password/i.test(text)) {
    return new StepFailed(
      `The server wants another password: ${text}.`,
      'Make an app password in the account’s security settings and enter it here.',
    );
  }
  if (reply.code >= 400 && reply.code < 500) {
    return new StepFailed(`The server can’t check the password now: ${text}.`, 'Try again in a few minutes.');
  }
  return new StepFailed(
    `The server refuses account name or password: ${text}.`,
    'Check both. Many providers want the whole mail address as Account Name.',
  );
}

/** @param step what was refused: "the sender anna@example.com" */
export function mailRefused(step: string, reply: SmtpReply): StepFailed {
  const isSender = step.startsWith('the sender');
  return new StepFailed(
    `The server refuses ${step}: ${replyText(reply)}.`,
    isSender
      ? 'Many providers only take mail from the address of the account that is signed in.'
      : reply.code === 550 || reply.code === 554
        ? 'It may relay only for those who sign in: switch Authenticate on.'
        : 'What the server says is the reason.',
  );
}
