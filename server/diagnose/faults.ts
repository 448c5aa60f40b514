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

/** Why an answer did not come. @param what "the greeting" @param mayWantTls the server may wait for TLS to begin */
export function dialogueFault(error: unknown, what: string, mayWantTls = false): StepFailed {
  if (error instanceof TimedOut) {
    return new StepFailed(
      `The server was silent for ${Math.round(error.ms / 1000)} s instead of giving ${what}.`,
      mayWantTls
        ? 'It may expect TLS from the first byte: choose Security TLS, mostly on port 465. Or it is overloaded; then try again later.'
        : 'It may be overloaded, or something on the way holds the connection up. Try again later.',
    );
  }
  if (error instanceof HungUp || (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
    return new StepFailed(
      `The server hung up instead of giving ${what}.`,
      mayWantTls
        ? 'It may not want to talk to this machine, or expects TLS from the first byte (Security TLS, mostly port 465).'
        : 'It may have broken down just now, or something on the way cuts connections. Try again later.',
    );
  }
  return new StepFailed(`The server did not give ${what}: ${(error as Error).message}.`, 'Try again later.');
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
  if (error instanceof HungUp || (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
    return new StepFailed(
      'The server hung up instead of beginning the encryption.',
      from === 'first byte'
        ? 'If the port is not 465, choose Security STARTTLS or Automatic.'
        : 'It may only know old kinds of TLS, or is not set up for any. Tell its operator.',
    );
  }
  return new StepFailed(
    `The encryption could not be agreed upon: ${message.replace(/\.$/, '')}.`,
    'The server may only know old kinds of TLS. Tell its operator.',
  );
}
