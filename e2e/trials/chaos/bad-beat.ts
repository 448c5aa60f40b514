/** What has to go on while everything else hangs: mail to good servers and to a mailbox, the window and the status. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendMail } from '../../../server/testing/send-mail.ts';
import { eventually } from '../../../server/testing/temp.ts';
import { ANNA } from '../../service.ts';
import { readVitals } from '../vitals.ts';
import { type BadStage, GOOD } from './bad-stage.ts';

export interface Beat {
  readonly beats: number;
  /** The longest time each took, in ms: until a good server had the mail, the rest until the answer. */
  readonly slowest: Readonly<Record<'good' | 'local' | 'status' | 'window', number>>;
  readonly mostRssMB: number;
  /** Sentences. */
  readonly problems: readonly string[];
}

/** Longer than this nothing is waited for. */
const MOST_MS = 20_000;

/** Begins; `stop` lets the beat under way finish. */
export function startBeat({ service, good }: BadStage, everyMs: number): { stop(): Promise<Beat> } {
  const slowest = { good: 0, local: 0, status: 0, window: 0 };
  const problems: string[] = [];
  let goesOn = true;
  let beats = 0;
  let mostRssMB = 0;
  const measure = async (what: keyof typeof slowest, work: () => Promise<unknown>) => {
    const began = performance.now();
    await work().catch((error: unknown) => problems.push(`${what}: ${String(error)}`));
    slowest[what] = Math.max(slowest[what], performance.now() - began);
  };
  const mail = async (to: string) => {
    const body = `Subject: beat ${beats}\r\n\r\nbeat\r\n`;
    const { final } = await sendMail({ port: service.port, from: 'beat@client.test', to, body });
    if (final.code !== 250) throw new Error(`mail for ${to} was answered with ${final.code}`);
  };
  const beat = async () => {
    const to = `beat${beats}@${GOOD[beats % GOOD.length]}`;
    await measure('good', async () => {
      await mail(to);
      const isThere = () => good.messages.some(({ rcpts }) => rcpts[0]?.address === to);
      await eventually(isThere, { timeoutMs: MOST_MS, intervalMs: 5, what: `mail for ${to}` });
    });
    await measure('local', () => mail(ANNA.address));
    await measure('status', async () => {
      mostRssMB = Math.max(mostRssMB, (await readVitals(service)).rssMB);
    });
    await measure('window', async () => {
      const { status } = await fetch(service.address, { redirect: 'manual' });
      if (status >= 400) throw new Error(`the window's page was answered with ${status}`);
    });
    beats++;
  };
  const running = (async () => {
    while (goesOn) {
      await beat();
      await sleep(everyMs);
    }
  })();
  return {
    stop: async () => {
      goesOn = false;
      await running;
      return { beats, slowest, mostRssMB, problems };
    },
  };
}
