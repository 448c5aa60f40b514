import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SAME_WISH_MS = 1000;

/**
 * @typedef {object} Ended how a child ended
 * @property {number} status its exit code, or 128 + n when signal n ended it
 * @property {NodeJS.Signals} [interrupted] the signal by which this process was asked to stop meanwhile
 * @property {string} output what it wrote, when it ran with `quiet`
 */

/**
 * The exit code of a program that a signal ended, as a shell counts.
 * @param {NodeJS.Signals} signal
 */
export function statusOf(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Runs a program to its end and passes on the signals that this process gets meanwhile, so that whoever
 * stops us stops the program too, and waits for it.
 *
 * Ctrl+C is special: a terminal sends SIGINT to every process of the group, so the child has it already, and
 * a second one means "at once" to many programs. So at a terminal the first SIGINT is not passed on; a second
 * one is, for whoever sends them with `kill`.
 *
 * One wish may come by several ways at once: to the whole group, to npm, whose shell then dies, and so on. What
 * follows a signal within a second is not passed on.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd] default: the current folder
 * @param {NodeJS.ProcessEnv} [options.env] default: this process's
 * @param {boolean} [options.quiet] keep its output instead of showing it; no input
 * @param {boolean} [options.bound] open a channel, by which the child notices when this process dies
 * @param {boolean} [options.errorsPiped] let `onStart` read what it writes to standard error; no input
 * @param {boolean} [options.inGroup] whether a terminal's Ctrl+C reaches it by itself; default: yes
 * @param {(child: import('node:child_process').ChildProcess) => void} [options.onStart] called once it is started
 * @returns {Promise<Ended>} rejects when the program cannot be started
 */
export function runChild(file, args, options = {}) {
  const { cwd, env, quiet = false, bound = false, errorsPiped = false, inGroup = true, onStart } = options;
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').StdioOptions} */
    const shown = bound ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : errorsPiped ? ['ignore', 'inherit', 'pipe'] : shown;
    /** @type {import('node:child_process').ChildProcess} */
    const child = spawn(file, args, { cwd, env, stdio });

    /** @type {Buffer[]} */
    const chunks = [];
    if (quiet) {
      child.stdout?.on('data', (chunk) => chunks.push(chunk));
      child.stderr?.on('data', (chunk) => chunks.push(chunk));
    }
    child.once('spawn', () => onStart?.(child));

    /** @type {NodeJS.Signals | undefined} */
    let interrupted;
    const atTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
    let interrupts = 0;
    let lastAt = Number.NEGATIVE_INFINITY;
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      interrupted = signal;
      const isRepeated = performance.now() - lastAt < SAME_WISH_MS;
      lastAt = performance.now();
      if (isRepeated) return;
      if (signal === 'SIGINT') interrupts++;
      const hasItAlready = signal === 'SIGINT' && interrupts === 1 && atTerminal && inGroup;
      if (!hasItAlready) child.kill(signal);
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, pass);
    const settle = () => {
      for (const signal of signals) process.off(signal, pass);
    };

    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      const status = signal ? statusOf(signal) : (code ?? 1);
      resolve({ status, interrupted, output: Buffer.concat(chunks).toString() });
    });
  });
}
