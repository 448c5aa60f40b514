import { existsSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/**
 * How to start npm without a shell: its own script, run by a Node.
 *
 * Not by the Node inside node_modules: installing replaces that one, and a program on Windows cannot be
 * replaced while it runs.
 * @param {string} root the project's folder
 * @returns {{ file: string, args: string[] }}
 */
export function npmCommand(root) {
  const outside = [process.env.npm_node_execpath, process.execPath].find(
    (path) => path !== undefined && existsSync(path) && !path.startsWith(join(root, 'node_modules') + sep),
  );
  const script = [
    process.env.npm_execpath, // set while npm runs us: the very npm the person called
    ...(outside === undefined ? [] : besideNode(outside)),
  ].find((path) => path !== undefined && basename(path) === 'npm-cli.js' && existsSync(path));
  if (script !== undefined) return { file: outside ?? process.execPath, args: [script] };
  // Windows starts npm.cmd only through its shell; the arguments here are fixed words, so nothing to quote.
  return process.platform === 'win32' ? { file: 'cmd.exe', args: ['/c', 'npm'] } : { file: 'npm', args: [] };
}

/**
 * @param {string} node
 * @returns {string[]} where npm's script lies beside a Node, on Windows and elsewhere
 */
function besideNode(node) {
  const cli = join('node_modules', 'npm', 'bin', 'npm-cli.js');
  return [join(dirname(node), cli), join(dirname(node), '..', 'lib', cli)];
}
