/** What a SmartHost's answers mean for the person who set it up. Pure. */
import { BYTES_PER_MB } from '../contract/settings.ts';
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { type Found, StepFailed } from './steps.ts';

export function noneEntered(): StepFailed {
  return new StepFailed(
    'No SmartHost is entered.',
    'Enter its name or IP address, with :port if it is not 25.',
  );
}

/** DNS has no address of it. Status 4.4.3 is a DNS that doesn't answer (RFC 3463 section 3.5). */
export function notFound(reply: SmtpReply): StepFailed {
  return new StepFailed(
    reply.text,
    reply.enhanced === '4.4.3'
      ? 'Check whether this machine is online, and which DNS server it asks.'
      : 'Check the spelling of the name.',
  );
}

export function leadsToUs(host: string, port: number): StepFailed {
  return new StepFailed(
    `${host} port ${port} is this server itself: mail would go in circles.`,
    'Enter your provider’s server, not this machine.',
  );
}

/** The first reply of a server that does not want us. */
export function greetingRefused(reply: SmtpReply): StepFailed {
  const text = replyText(reply);
  if (reply.code === 0) {
    return new StepFailed(
      `What answers there is no mail server: it said “${text}”.`,
      'Check name and port. On port 465 choose Security TLS.',
    );
  }
  if (reply.code >= 400 && reply.code < 500) {
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

export function onlyHelo(): Found {
  return {
    state: 'warning',
    detail: 'The server only knows HELO: no encryption, no sign-in, no size limit.',
    advice:
      'Something on the way may take extensions out (an antivirus or a firewall), or the server is very old.',
    value: undefined,
  };
}

const NO_TLS_ADVICE =
  'Choose the provider’s port for encrypted mail (mostly 587 with STARTTLS, or 465 with TLS).';

export function noStartTls(): StepFailed {
  return new StepFailed('The server does not offer STARTTLS, which Security requires.', NO_TLS_ADVICE);
}

export function inClear(): Found {
  return {
    state: 'warning',
    detail: 'The server offers no encryption; mail travels in clear.',
    advice: 'Ask your provider for a port with encryption (mostly 587 or 465).',
    value: undefined,
  };
}

export function startTlsRefused(reply: SmtpReply): StepFailed {
  return new StepFailed(
    `The server offers STARTTLS, but refuses it now: ${replyText(reply)}.`,
    'Try again later. If it stays so, tell the operator of the server.',
  );
}

export function startTlsRefusedButOptional(reply: SmtpReply): Found<undefined> {
  return {
    state: 'warning',
    detail: `${startTlsRefused(reply).message} Mail travels in clear.`,
    advice: 'If it stays so, tell the operator of the server. Security STARTTLS would let mail wait instead.',
    value: undefined,
  };
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

export function passwordInClear(detail: string): Found {
  return {
    state: 'warning',
    detail,
    advice:
      'Name and password travelled in clear, since Security is None: everybody on the way can read them.',
    value: undefined,
  };
}

/** Exchange Online: SMTP AUTH with a password is off for the mailbox, the organisation, or for good. */
const PASSWORDS_OFF =
  /5\.7\.(30|139)\b|basic authentication is (not supported|disabled)|SmtpClientAuthentication/i;

export function signInRefused(reply: SmtpReply): StepFailed {
  const text = replyText(reply);
  if (PASSWORDS_OFF.test(text)) {
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
  if (reply.code === 0 || (reply.code >= 200 && reply.code < 400)) {
    return new StepFailed(
      `The server gave a strange answer to the sign-in: ${text}.`,
      'Tell its operator, or use another SmartHost.',
    );
  }
  if (reply.code < 500) {
    return new StepFailed(`The server can’t check the password now: ${text}.`, 'Try again in a few minutes.');
  }
  return new StepFailed(
    `The server refuses account name or password: ${text}.`,
    'Check both. Many providers want the whole mail address as Account Name.',
  );
}

/** @param limit bytes @param ours MB */
export function smallerSize(limit: number, ours: number): Found {
  const whole = Math.floor(limit / BYTES_PER_MB);
  return {
    state: 'warning',
    detail: `The server takes up to ${megabytes(limit)}, Waypost up to ${ours} MB.`,
    advice:
      whole < 1
        ? 'Larger messages come back to their senders. Ask your provider for more.'
        : `Set Maximum Message Size (MB) to ${whole}, so that nobody sends what can’t go on.`,
    value: undefined,
  };
}

/** Bytes in MB, rounded down: never more than is taken. */
export function megabytes(bytes: number): string {
  return bytes < BYTES_PER_MB / 10
    ? `${Math.floor(bytes / 1024)} KB`
    : `${Math.floor((bytes / BYTES_PER_MB) * 10) / 10} MB`;
}

type Refused = 'sender' | 'recipient' | 'data' | 'message';

const WHAT: Readonly<Record<Refused, (whom: string) => string>> = {
  sender: (whom) => `the sender ${whom}`,
  recipient: (whom) => `the recipient ${whom}`,
  data: () => 'to take a message',
  message: () => 'the message',
};

/** @param whom the address, where it is about one */
export function mailRefused(what: Refused, whom: string, reply: SmtpReply, isSignedIn: boolean): StepFailed {
  return new StepFailed(
    `The server refuses ${WHAT[what](whom)}: ${replyText(reply)}.`,
    mailAdvice(what, reply, isSignedIn),
  );
}

function mailAdvice(what: Refused, { code, enhanced }: SmtpReply, isSignedIn: boolean): string {
  if (code >= 400 && code < 500) {
    return 'That is only for now (newcomers are often asked to come back): mail waits and is tried again by itself. Test again in a few minutes.';
  }
  if (!isSignedIn && (code === 530 || enhanced.startsWith('5.7.') || what === 'recipient')) {
    return 'It may relay only for those who sign in: switch Authenticate on.';
  }
  if (what === 'sender') {
    return 'Many providers only take mail from the address of the account that is signed in.';
  }
  if (enhanced.startsWith('5.1.')) return 'Check the address that the test message goes to.';
  if (what === 'recipient') return 'Try another address. If all are refused, ask your provider why.';
  return 'Its rules or its spam filter turned the message away: ask your provider what is allowed.';
}
