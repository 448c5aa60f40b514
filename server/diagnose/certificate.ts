/** What a peer's certificate says of itself, and whether that will do. Pure but for what it is given. */
import type { DetailedPeerCertificate } from 'node:tls';
import { certificateProblem } from './faults.ts';
import { type Found, StepFailed } from './steps.ts';

/** Days before its end at which a certificate is spoken of. */
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

export interface SeenCertificate {
  readonly certificate: Pick<DetailedPeerCertificate, 'subject' | 'issuer' | 'valid_to'>;
  /** What Node or OpenSSL found wrong, '' for nothing. */
  readonly problem: string;
  /** The name it has to be for. */
  readonly host: string;
  /** Whether mail is not sent where something is wrong. */
  readonly strict: boolean;
  readonly now: Date;
}

/** Throws `StepFailed` where it has to be valid and is not. */
export function judgeCertificate({ certificate, problem, host, strict, now }: SeenCertificate): Found {
  const { subject, issuer, valid_to } = certificate;
  const until = new Date(valid_to);
  const name = textOf(subject?.CN) || 'no name';
  const by = textOf(issuer?.O) || textOf(issuer?.CN) || 'nobody named';
  const facts = `For ${name}, issued by ${by}, until ${dayText(until)}`;
  const wrong = certificateProblem(problem, host);
  if (wrong !== '' && strict) {
    throw new StepFailed(
      `${facts}; ${wrong}.`,
      'Enter the name that the certificate is for, or ask the operator to renew it. Security Automatic accepts any certificate.',
    );
  }
  if (wrong !== '') {
    return {
      state: 'warning',
      detail: `${facts}; ${wrong}.`,
      advice: 'Security Automatic goes on all the same: somebody on the way could read along.',
      value: undefined,
    };
  }
  const days = Math.floor((until.getTime() - now.getTime()) / DAY_MS);
  if (days < SOON_DAYS) {
    return {
      state: 'warning',
      detail: `${facts}.`,
      advice: `It ends in ${days === 1 ? '1 day' : `${days} days`}; its operator has to renew it, or mail will wait.`,
      value: undefined,
    };
  }
  return { detail: `${facts}.`, value: undefined };
}

function textOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function dayText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10);
}
