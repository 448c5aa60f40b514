import { join } from 'node:path';
import { runChild } from './child.mjs';
import { node24 } from './node24.mjs';
import { isProgram, PlainError, root, say } from './project.mjs';
import { setup } from './setup.mjs';

// `npm run package [-- OPTIONS]`: sets up, builds what changed, and makes the packages for this machine's system in
// dist/. The options are electron-builder's own, such as `--linux deb` or `--dir`.

/** What names a certificate or proves an account. An unset secret reaches a script as an empty string. */
const SECRETS = [
  'CSC_LINK',
  'CSC_KEY_PASSWORD',
  'CSC_NAME',
  'WIN_CSC_LINK',
  'WIN_CSC_KEY_PASSWORD',
  'APPLE_ID',
  'APPLE_APP_SPECIFIC_PASSWORD',
  'APPLE_TEAM_ID',
  'APPLE_API_KEY',
  'APPLE_API_KEY_ID',
  'APPLE_API_ISSUER',
];

/**
 * How to sign, by the certificates that the environment names.
 *
 * Without one, an app for macOS still needs a signature of its own making: Apple silicon starts nothing else. The
 * hardened runtime has to go then, since it accepts only libraries that the same team signed, and no team did.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ args: string[], env: NodeJS.ProcessEnv }} further arguments, and the environment to use
 */
export function signing(platform, environment) {
  const env = { ...environment };
  for (const name of SECRETS) if (env[name] === '') delete env[name];
  if (platform !== 'darwin' || env.CSC_LINK !== undefined || env.CSC_NAME !== undefined)
    return { args: [], env };
  return {
    args: ['--config.mac.identity=-', '--config.mac.hardenedRuntime=false', '--config.mac.notarize=false'],
    // Else nothing is signed while a pull request is built.
    env: { ...env, CSC_FOR_PULL_REQUEST: 'true' },
  };
}

async function main() {
  try {
    await setup();
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    say(error.message);
    process.exitCode = error.status;
    return;
  }
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const { args, env } = signing(process.platform, process.env);
  const command = [builder, '--publish', 'never', ...args, ...process.argv.slice(2)];
  const { status } = await runChild(node24(), command, {
    cwd: root,
    env: { ...env, NO_UPDATE_NOTIFIER: '1' },
  });
  process.exitCode = status;
}

if (isProgram(import.meta.url)) await main();
