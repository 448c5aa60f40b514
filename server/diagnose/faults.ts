/** What the system says of a connection that failed, as a sentence with what to do. Pure. */
import { StepFailed } from './steps.ts';

/** Nothing came within the time that a step has. */
export class TimedOut extends Error {
  override name = 'TimedOut';
  readonly ms: number;
  constructor(ms: number) {
    super(`Nothing came within ${Math.round(ms / 1000)} s.`);
    this.ms = ms;
  }
}

/** The peer hung up. */
export class HungUp extends Error {
  override name = 'HungUp';
}

/** Why a connection could not be made. @param where "smtp.example.com port 587" */
export function connectFault(error: unknown, where: string): StepFailed {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TimedOut) {
    return new StepFailed(
      `${where} did not answer within ${Math.round(error.ms / 1000)} s.`,
      'A firewall or your provider may block this port. Check name and port; providers mostly use 587 or 465.',
    );
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new StepFailed(
        `${where} refuses connections.`,
        'No mail server listens on that port. Check it; providers mostly use 587 or 465.',
      );
    case 'ECONNRESET':
      return new StepFailed(
        `${where} cut the connection at once.`,
        'A firewall on the way, or the server itself, turns this machine away.',
      );
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'EADDRNOTAVAIL':
      return new StepFailed(`There is no way to ${where} from here.`, 'Check the network of this machine.');
    default:
      return new StepFailed(
        `${where} can’t be reached: ${(error as Error).message}.`,
        'Check name and port.',
      );
  }
}

/** Why an answer did not come. @param what "the greeting" */
export function dialogueFault(error: unknown, what: string): StepFailed {
  if (error instanceof TimedOut) {
    return new StepFailed(
      `The server was silent for ${Math.round(error.ms / 1000)} s instead of giving ${what}.`,
      'It may be overloaded, or something on the way holds the connection up. Try again later.',
    );
  }
  if (error instanceof HungUp || (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
    return new StepFailed(
      `The server hung up instead of giving ${what}.`,
      'It may not want to talk to this machine, or expects TLS from the first byte (Security: TLS, mostly port 465).',
    );
  }
  return new StepFailed(`${what} could not be read: ${(error as Error).message}.`, 'Try again later.');
}

/** Why a TLS handshake failed. */
export function handshakeFault(error: unknown, from: 'first byte' | 'STARTTLS'): StepFailed {
  if (error instanceof TimedOut) {
    return new StepFailed(
      `The encryption did not begin within ${Math.round(error.ms / 1000)} s.`,
      from === 'first byte' ? 'Choose Security STARTTLS if the port is not 465.' : 'Try again later.',
    );
  }
  const { message } = error as Error;
  if (/wrong version number|packet length too long|unknown protocol/i.test(message)) {
    return new StepFailed(
      'The server does not speak TLS here.',
      from === 'first byte'
        ? 'This port begins in plain text: choose Security STARTTLS or Automatic.'
        : 'It offered STARTTLS, but what came then was no TLS. Tell its operator.',
    );
  }
  return new StepFailed(
    `The encryption could not be agreed upon: ${message.replace(/\.$/, '')}.`,
    'The server may only know old kinds of TLS. Tell its operator.',
  );
}

/** What is wrong with a certificate, by OpenSSL's or Node's code for it; '' where nothing is. */
export function certificateProblem(code: string, host: string): string {
  switch (code) {
    case '':
      return '';
    case 'CERT_HAS_EXPIRED':
      return 'it has expired';
    case 'CERT_NOT_YET_VALID':
      return 'it is not valid yet; is the clock of this machine right?';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `it is not for ${host}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'the server made it for itself, nobody vouches for it';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
      return 'nobody whom this machine knows vouches for it';
    default:
      return `it can’t be trusted (${code})`;
  }
}
