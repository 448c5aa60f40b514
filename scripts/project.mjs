import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, whatever folder a command was called from. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A failure whose message is all a person needs: shown as it is, without a stack. */
export class PlainError extends Error {
  /**
   * @param {string} message
   * @param {number} [status] the exit code that suits it
   */
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

/**
 * Says one line to the person at the terminal. On stderr, because stdout belongs to the command that runs
 * afterwards: scripts read JSON and raw messages from there.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Whether a module is the program that was started, and not imported by one.
 * @param {string} url the module's `import.meta.url`
 */
export function isProgram(url) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}
