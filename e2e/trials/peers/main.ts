/**
 * `npm run test:peers`: Waypost beside the programs of strangers, which send to it and take mail from it: Postfix, Exim,
 * swaks and Python; fetchmail, mpop and Python pick up its mail. `npm run test:peers -- WORD` runs the checks whose sentence has the word.
 *
 * Exit code 0: all is well; 1: a check failed; 3: this machine can't run them.
 */
import type { Case } from './case.ts';
import { PICKING_UP } from './picking-up.ts';
import { NotHere } from './programs.ts';
import { RECEIVING } from './receiving.ts';
import { REPORTS } from './reports.ts';
import { SENDING } from './sending.ts';
import { SIGN_IN } from './sign-in.ts';
import { type Stage, startStage } from './stage.ts';

const CASES: readonly Case[] = [...RECEIVING, ...SIGN_IN, ...SENDING, ...REPORTS, ...PICKING_UP];

/** A check takes seconds; one that takes this long hangs. */
const CHECK_MS = 120_000;

const [word = ''] = process.argv.slice(2);
const chosen = CASES.filter(({ what }) => what.toLowerCase().includes(word.toLowerCase()));
process.exitCode = await trial().catch((error: unknown) => {
  console.error(error instanceof NotHere ? error.message : error);
  return error instanceof NotHere ? 3 : 1;
});

async function trial(): Promise<number> {
  const stage = await startStage();
  // Ended from outside, it leaves nothing behind either.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stage.stop().finally(() => process.exit(1)));
  }
  try {
    console.log(`With ${stage.versions.join(', ')}.\n`);
    const failed = [];
    for (const each of chosen) if (!(await passes(each, stage))) failed.push(each);
    console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed`);
    return failed.length > 0 || chosen.length === 0 ? 1 : 0;
  } finally {
    await stage.stop();
  }
}

async function passes({ what, check }: Case, stage: Stage): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const logs = async () =>
    (await Promise.all(Object.values(stage.peers).map((peer) => peer.log()))) as string[];
  const before = await logs();
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${CHECK_MS / 1000} s`)), CHECK_MS);
  });
  try {
    await Promise.race([check(stage), late]);
    console.log(`ok      ${what}`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${what}: ${error instanceof Error ? error.message : String(error)}`);
    for (const [at, log] of (await logs()).entries())
      console.log(log.slice(before[at]?.length).replace(/^/gm, '          '));
    return false;
  } finally {
    clearTimeout(timer);
  }
}
