/**
 * Fuzzing a running service. In waves, strangers from many addresses hold damaged SMTP and POP3 dialogues, while a
 * good client sends its messages all the time. After each wave everybody leaves, and the service must be as it was
 * before: no connection counted, no descriptor or file left over, no complaint about itself in its log, and it must
 * still be the same process. In the end every message of the good client is there.
 *
 * The dialogue number n of a seed is always the same; how they meet each other is up to the machine.
 */
import { unusedPort } from '../../../server/testing/ports.ts';
import { dice } from '../dice.ts';
import { complaints, pidOf, readVitals, settled, type Vitals } from '../vitals.ts';
import { dialogue } from './dialogues.ts';
import { GoodClient } from './good-client.ts';
import { garbage, garbageFrames } from './surfaces.ts';
import { BOB, startTrial, type Trial } from './trial.ts';
import { perform } from './wire.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Told of every wave. */
  readonly say?: (line: string) => void;
}

export interface FuzzReport {
  readonly dialogues: number;
  readonly waves: number;
  /** Messages of the good client, all found again. */
  readonly goodMessages: number;
  readonly slowestGoodMs: number;
  readonly before: Vitals;
  readonly after: Vitals;
  /** Resident memory after each wave, in MB. */
  readonly memory: readonly number[];
}

const WAVE_MS = 8_000;
/** Far above what a service of these limits settles at, and soon reached by whatever keeps something of each dialogue. */
const MOST_MB = 600;
/** Dialogues at a time, and the addresses they come from; each may have five connections. */
const AT_ONCE = 16;
const HOSTS = 8;
const FRED = { address: 'fred@waypost.test', password: 'battery staple' };

/** Rejects with the first thing that is not as it should be. */
export async function fuzz({ seed, seconds, say = () => {} }: FuzzOptions): Promise<FuzzReport> {
  const pop3Port = await unusedPort('127.0.0.1');
  const trial = await startTrial({
    incoming: { maxTotal: 60, maxPerHost: 5 },
    pickup: { pop3: { port: pop3Port, address: '127.0.0.1' }, maxTotal: 60, maxPerHost: 5 },
  });
  try {
    await trial.service.run(['account', 'add', FRED.address, '--password-stdin'], FRED.password);
    return await fuzzed(trial, pop3Port, { seed, seconds, say });
  } finally {
    await trial.stop();
  }
}

async function fuzzed(
  { service }: Trial,
  pop3Port: number,
  { seed, seconds, say }: Required<FuzzOptions>,
): Promise<FuzzReport> {
  const pid = await pidOf(service);
  const { port } = service;
  const deadline = performance.now() + seconds * 1000;
  let dialogues = 0;
  let waves = 0;
  const memory: number[] = [];
  // What is loaded or opened at first use is no leak.
  const good = new GoodClient({ port, pop3Port, everyMs: 100 });
  await wave(800);
  const before = await good.pause(() => readVitals(service));
  let after = before;

  async function wave(ms: number): Promise<void> {
    const until = performance.now() + ms;
    const one = async (index: number) => {
      const localAddress = `127.0.1.${1 + (index % HOSTS)}`;
      while (performance.now() < until) {
        const number = dialogues++;
        const random = dice(seed * 1_000_003 + number);
        const protocol = random.chance(0.7) ? 'smtp' : 'pop3';
        const people = { ...FRED, address: random.chance(0.1) ? BOB : FRED.address };
        const steps = dialogue(random, protocol, people);
        await perform(steps, { port: protocol === 'smtp' ? port : pop3Port, localAddress });
      }
    };
    const doors = dice(seed + waves);
    await Promise.all([
      ...Array.from({ length: AT_ONCE }, (_, index) => one(index)),
      garbage(service, doors, 3).then(() => garbageFrames(service, doors, 3)),
    ]);
  }

  while (performance.now() < deadline) {
    await wave(Math.min(WAVE_MS, Math.max(1_000, deadline - performance.now())));
    waves++;
    await good.pause(async () => {
      after = await settled(service, before, 30_000);
    });
    if ((await pidOf(service)) !== pid) throw new Error('The process is another one.');
    if (after.rssMB > MOST_MB) throw new Error(`The process holds ${after.rssMB.toFixed(0)} MB.`);
    const faults = await complaints(service);
    if (faults.length > 0) throw new Error(`The service complains about itself: ${faults.join(' | ')}`);
    memory.push(after.rssMB);
    say(`wave ${waves}: ${dialogues} dialogues, ${good.sent} good messages, ${after.rssMB.toFixed(0)} MB`);
  }
  await good.stop();
  await good.check();
  const { sent: goodMessages, slowestMs: slowestGoodMs } = good;
  return { dialogues, waves, goodMessages, slowestGoodMs, before, after, memory };
}
