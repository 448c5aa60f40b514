/**
 * The service is killed, again and again, at random moments under mixed load, and compared with the model each time.
 *
 * A round: load runs; the process is killed, in some rounds while it is still starting; it starts again while no
 * server elsewhere greets anybody, so that what is stored can be seen before anything is sent; it is compared with the
 * model. In half of the rounds the queue then runs until it is empty, and that is compared too; in the others the next
 * round begins with what is left.
 */
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../server/testing/temp.ts';
import { type Dice, dice } from '../dice.ts';
import { startLoad } from './load.ts';
import { Mailbox } from './mailbox.ts';
import { readCopy } from './promises.ts';
import { ACCOUNTS, SLOTS, type Stage, setStage, settleQueue, strayContent } from './stage.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
}

export interface KillResult {
  /** Kills, those during a start included. */
  readonly kills: number;
  readonly killsAtStart: number;
  readonly acknowledged: number;
  /** Replies of other servers that were lost with a process, and recipients who were sent to again. */
  readonly lostReplies: number;
  readonly repeated: number;
  /** Sentences, with the round. */
  readonly problems: readonly string[];
}

/** Copies that a mailbox keeps from round to round; reading them all takes time. */
const KEPT_COPIES = 40;
const MOST_PROBLEMS = 20;
/** How long the load runs at most, where the machine has no time for it. */
const MOST_LOAD_MS = 10_000;

export async function killTrial({ rounds, seed, say = () => {} }: KillOptions): Promise<KillResult> {
  const throws = dice(seed);
  const stage = await setStage(throws.fork());
  const problems: string[] = [];
  let killsAtStart = 0;
  try {
    for (let round = 1; round <= rounds && problems.length < MOST_PROBLEMS; round++) {
      const note = (found: readonly string[]) =>
        problems.push(...found.map((one) => `round ${round}: ${one}`));
      stage.setGate(throws.chance(0.7));
      const load = startLoad(stage, throws.fork(), round);
      await untilBusy(stage, throws);
      load.expectEnd();
      await stage.service.kill();
      await load.ended;
      note(load.troubles);
      await eventually(() => stage.peers.sinks.every(({ now }) => now === 0), {
        what: 'peers that are alone',
      });
      stage.setGate(false);
      killsAtStart += await start(stage, throws);
      const found = await stage.look();
      // The next attempt may begin while the outcome of the one before goes to the disk.
      note(stage.model.checkStart(found, 2 * SLOTS));
      note(await strayContent(stage, found));
      note(await putAside(stage));
      if (throws.chance(0.5) || round === rounds) note(await settleQueue(stage));
      await tidy(stage);
      if (round % 10 === 0 || round === rounds) {
        const { acknowledgedCount, lostReplies } = stage.model;
        say(
          `round ${round}: ${acknowledgedCount} acknowledged, ${lostReplies} replies lost, ${problems.length} problems`,
        );
      }
    }
    const { acknowledgedCount: acknowledged, lostReplies, repeatedErrands: repeated } = stage.model;
    return { kills: rounds + killsAtStart, killsAtStart, acknowledged, lostReplies, repeated, problems };
  } finally {
    await stage.end();
  }
}

/**
 * Waits for a random number of acknowledgements, so that a slow machine has as much at stake as a fast one, and for a
 * random moment more.
 */
async function untilBusy({ model }: Stage, throws: Dice): Promise<void> {
  const enough = model.acknowledgedCount + throws.below(60);
  const moment = throws.below(300);
  const end = performance.now() + MOST_LOAD_MS;
  while (model.acknowledgedCount < enough && performance.now() < end) await sleep(5);
  await sleep(moment);
}

/** Starts the service; in every fifth round it is killed on its way, once or more. Resolves to how often. */
async function start({ service }: Stage, throws: Dice): Promise<number> {
  let kills = 0;
  for (; throws.chance(0.2); kills++) {
    const started = service.start().catch(() => {});
    await sleep(throws.below(700));
    await service.kill();
    await started;
  }
  await service.start();
  return kills;
}

/**
 * Files that were put aside as damaged. What was half written before the first message of all may be in
 * `messages.kept`: it looks like the content of a database that was lost.
 */
async function putAside({ service }: Stage): Promise<string[]> {
  const aside = (await readdir(service.folder)).filter((name) => /damaged|unusable|\.tmp/.test(name));
  return aside.map((name) => `${name} was put aside`);
}

/** Deletes what a mailbox need not keep. */
async function tidy({ model, popPort }: Stage): Promise<void> {
  for (const account of ACCOUNTS) {
    const mailbox = await Mailbox.open(popPort, account);
    const marked = [];
    for (const { number } of (await mailbox.drops()).slice(KEPT_COPIES)) {
      const copy = model.copy(account, readCopy(await mailbox.peek(number)).tag);
      await mailbox.mark(number);
      if (copy) marked.push(copy);
    }
    for (const copy of marked) copy.deleting();
    if (await mailbox.close()) for (const copy of marked) copy.deleted();
  }
}
