/**
 * What a server's certificate says of itself, and whether that will do. Pure.
 *
 * Of several faults Node tells one: of a certificate that nobody vouches for, say, not that it is for another name.
 * So name and time are looked at apart from that, all is told, and the first gives the advice.
 */
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type Found, StepFailed } from './steps.ts';

/** Days before its end at which a certificate is spoken of. */
const SOON_DAYS = 14;
/** Names of it that are told; some have a hundred. */
const MOST_NAMES = 3;
const DAY_MS = 86_400_000;

export interface SeenCertificate {
  readonly certificate: PeerCertificate;
  /** What Node or OpenSSL found wrong first, '' for nothing. */
  readonly problem: string;
  /** The name or address that it has to be for. */
  readonly host: string;
  /** Whether mail is not sent where something is wrong. */
  readonly strict: boolean;
  readonly now: Date;
}

interface Fault {
  readonly what: string;
  /** Where it has to be valid. */
  readonly advice: string;
  /** Where it need not, if that is another. */
  readonly lenient?: string;
}

/** Throws `StepFailed` where it has to be valid and is not. */
export function judgeCertificate(seen: SeenCertificate): Found {
  const { certificate, strict, now } = seen;
  const facts = factsOf(certificate);
  const faults = [nameFault(seen), timeFault(seen), trustFault(seen)].filter((fault) => fault !== undefined);
  const [gravest] = faults;
  if (gravest) {
    const detail = `${facts}; ${faults.map(({ what }) => what).join(', and ')}.`;
    if (strict) throw new StepFailed(detail, gravest.advice);
    return {
      state: 'warning',
      detail,
      advice: `Security Automatic sends all the same, but somebody on the way could read along. ${gravest.lenient ?? gravest.advice}`,
      value: undefined,
    };
  }
  const days = Math.floor((Date.parse(certificate.valid_to) - now.getTime()) / DAY_MS);
  if (days >= SOON_DAYS) return { detail: `${facts}.`, value: undefined };
  const left = days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
  const after = strict
    ? 'after that mail will wait'
    : 'after that nobody can tell whether it is the right server';
  return {
    state: 'warning',
    detail: `${facts}.`,
    advice: `It ends ${left}, and ${after}: ask the operator of the server to renew it.`,
    value: undefined,
  };
}

function factsOf({ subject, issuer, subjectaltname, valid_to }: PeerCertificate): string {
  const all = namesOf(subjectaltname);
  const more = all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : '';
  const names = all.slice(0, MOST_NAMES).join(', ') + more || textOf(subject?.CN) || 'no name';
  const by = textOf(issuer?.O) || textOf(issuer?.CN) || 'nobody named';
  return `For ${names}, issued by ${by}, until ${dayText(valid_to)}`;
}

function nameFault({ certificate, host }: SeenCertificate): Fault | undefined {
  if (checkServerIdentity(host, certificate) === undefined) return undefined;
  const [name] = namesOf(certificate.subjectaltname);
  const advice =
    name?.includes('*') === false ? `Enter the server as ${name}` : 'Enter a name that it is for';
  return { what: `it is not for ${host}`, advice: `${advice}, if that is the server you mean.` };
}

function timeFault({ certificate, now }: SeenCertificate): Fault | undefined {
  if (Date.parse(certificate.valid_to) < now.getTime()) {
    return { what: 'it has expired', advice: 'Ask the operator of the server to renew it.' };
  }
  if (Date.parse(certificate.valid_from) > now.getTime()) {
    return { what: 'it is not valid yet', advice: 'See whether date and time of this machine are right.' };
  }
  return undefined;
}

/** Codes that the other two faults have told already. */
const TOLD_ELSEWHERE = ['', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'];

function trustFault({ problem }: SeenCertificate): Fault | undefined {
  if (TOLD_ELSEWHERE.includes(problem)) return undefined;
  const advice =
    'If the server is in your own network, Security Automatic on a port other than 465 takes any certificate; else ask its operator.';
  const lenient = 'In your own network that is customary; else ask the operator of the server.';
  switch (problem) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return { what: 'the server made it for itself, nobody vouches for it', advice, lenient };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return { what: 'nobody whom this machine knows vouches for it', advice, lenient };
    case 'CERT_REVOKED':
      return {
        what: 'its issuer has revoked it',
        advice: 'Send nothing there; ask the operator of the server.',
      };
    default:
      return { what: `it can’t be trusted (${problem})`, advice, lenient };
  }
}

/** Names and addresses of the "subject alternative name", as Node writes it: `DNS:mx.example, IP Address:192.0.2.1`. */
function namesOf(subjectaltname = ''): string[] {
  return [...subjectaltname.matchAll(/(?:^|, )(?:DNS|IP Address):([^,]+)/g)].map(([, name = '']) => name);
}

function textOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function dayText(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10);
}
