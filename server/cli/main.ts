import { run } from './run.ts';

// `run` has written everything by the time it returns, and a terminal still open for input must not keep the
// process: so it is ended here, and only here.
process.exit(
  await run(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    events: process,
    exitNow: (code) => process.exit(code),
  }),
);
