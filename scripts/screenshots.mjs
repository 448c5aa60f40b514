import { join } from 'node:path';
import { runChild } from './child.mjs';
import { node24 } from './node24.mjs';
import { isProgram, PlainError, root, say } from './project.mjs';
import { setup } from './setup.mjs';

// `npm run screenshots`: the pictures of README, taken of what is built now.

async function main() {
  try {
    await setup({ browser: true });
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    say(error.message);
    process.exitCode = error.status;
    return;
  }
  const { status } = await runChild(node24(), [join(root, 'e2e', 'screenshots.ts')], { cwd: root });
  process.exitCode = status;
}

if (isProgram(import.meta.url)) await main();
