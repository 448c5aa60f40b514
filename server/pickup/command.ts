/** One line of a POP3 client (RFC 1939 section 3): a keyword and what follows it. */

export interface Command {
  /** In upper case. */
  readonly verb: string;
  /** All that follows the keyword's space; a password may hold spaces of its own. */
  readonly rest: string;
}

/**
 * Octets of the longest line that is read. RFC 2449 section 4 says 255; addresses and passwords of ours, and
 * SASL's first answer, may need more.
 */
export const LONGEST_LINE = 2048;

export function parseCommand(line: string): Command {
  const [, verb = '', rest = ''] = /^([^ ]*)(?: (.*))?$/s.exec(line) ?? [];
  return { verb: verb.toUpperCase(), rest };
}

/** The arguments of a command that takes numbers: undefined unless there are as many as wanted, all plain. */
export function numbers(rest: string, most: number, least = most): number[] | undefined {
  const words = rest.trim() === '' ? [] : rest.trim().split(/ +/);
  if (words.length < least || words.length > most) return undefined;
  if (!words.every((word) => /^\d{1,9}$/.test(word))) return undefined;
  return words.map(Number);
}

/** Name and password of a SASL PLAIN answer (RFC 4616); undefined when it is none, or acts for another. */
export function parsePlain(base64: string): { readonly user: string; readonly password: string } | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const parts = Buffer.from(base64, 'base64').toString('utf8').split('\0');
  const [identity = '', user = '', password] = parts;
  if (parts.length !== 3 || password === undefined || user === '') return undefined;
  return identity === '' || identity === user ? { user, password } : undefined;
}
