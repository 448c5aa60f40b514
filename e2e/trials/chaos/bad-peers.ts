/**
 * Dozens of bad name servers and bad peers at once, and mail for all of them.
 *
 * Those that hang hold half of the outgoing connections all the while. Meanwhile a beat goes on: mail to good servers,
 * mail to a mailbox, a look at the window's page and at the status; each has to be answered promptly. Whoever has said
 * his word is compared with what his table entry says. Those that hang are waited for until Waypost's own deadlines, or
 * cut off by the trial, which has less time. In the end all names lead to a server that behaves, and whatever was put
 * off has to arrive there, once.
 */
import { sendMail } from '../../../server/testing/send-mail.ts';
import { eventually } from '../../../server/testing/temp.ts';
import { ANNA } from '../../service.ts';
import { complaints, readVitals, settled } from '../vitals.ts';
import { type Beat, startBeat } from './bad-beat.ts';
import { arrived, ended, type Judge, waits } from './bad-judges.ts';
import { PLACES, type Place } from './bad-places.ts';
import { type BadStage, domainOf, type Seen, setBadStage } from './bad-stage.ts';

export interface BadPeersOptions {
  /** Waits for Waypost's own deadlines: about a quarter of an hour. */
  readonly isPatient: boolean;
  readonly say?: (line: string) => void;
}

export interface BadPeersResult extends Beat {
  readonly places: number;
  /** Recipients whose servers came to their senses, and whose message arrived then. */
  readonly arrivedLater: number;
  readonly rssMB: { readonly before: number; readonly most: number };
  /** Sentences. */
  readonly problems: readonly string[];
}

/** How long an answer may take, in ms: the machine has other things to do as well. */
const PROMPT_MS = { good: 6000, local: 4000, status: 4000, window: 4000 } as const;
const MORE_MB = 250;
const QUICK_MS = 45_000;
const PATIENCE_MS = 18 * 60_000;

export async function badPeersTrial({ isPatient, say = () => {} }: BadPeersOptions): Promise<BadPeersResult> {
  const stage = await setBadStage();
  const { service } = stage;
  const problems: string[] = [];
  // Two, where the second has to wait for the first.
  const whom = new Map(
    PLACES.map((place) => {
      const copies = place.hangs && !isPatient ? [1, 2] : [1];
      return [place, copies.map((copy) => `r${copy}@${domainOf(place)}`)];
    }),
  );
  const quick = PLACES.filter(({ hangs }) => !hangs);
  const slow = PLACES.filter(({ hangs }) => hangs);
  const judgeAll = (places: readonly Place[], seen: Seen, judge: Judge) =>
    places.flatMap((place) => (whom.get(place) ?? []).flatMap((address) => judge(place, address, seen)));
  const silent = (places: readonly Place[], timeoutMs: number) =>
    eventually(
      async () => {
        const rows = await stage.queue();
        const all = places.flatMap((place) => whom.get(place) ?? []).flatMap((one) => rows.get(one) ?? []);
        return all.every(({ state }) => state === 'deferred');
      },
      { timeoutMs, intervalMs: isPatient ? 5000 : 200, what: `a word about ${places.length} places` },
    ).catch((error: unknown) => problems.push(String(error)));
  try {
    const before = await readVitals(service);
    const beat = startBeat(stage, isPatient ? 1000 : 200);
    for (const [place, addresses] of whom) for (const address of addresses) await send(stage, place, address);
    await silent(quick, QUICK_MS);
    say(`${quick.length} places have said their word, ${slow.length} hang.`);
    const first = await stage.look();
    problems.push(...judgeAll(quick, first, ended), ...PLACES.flatMap((place) => tooMany(stage, place)));
    if (isPatient) {
      await silent(slow, PATIENCE_MS);
      problems.push(...judgeAll(slow, await stage.look(), ended));
    } else {
      problems.push(...judgeAll(slow, first, waits));
    }
    await stage.stopPeers();
    say('The peers are gone.');
    await silent(PLACES, QUICK_MS);
    if (!isPatient) problems.push(...judgeAll(slow, await stage.look(), waits));
    const left = await stage.queue();
    const waiting = [...whom.values()].flat().filter((address) => left.has(address)).length;
    stage.mend();
    say('All names lead to a server that behaves.');
    await service.run(['queue', 'retry']);
    await eventually(async () => (await stage.queue()).size === 0, {
      timeoutMs: QUICK_MS,
      intervalMs: 200,
      what: 'an empty queue',
    }).catch((error: unknown) => problems.push(String(error)));
    say('The queue is empty.');
    const figures = await beat.stop();
    problems.push(...judgeAll(PLACES, await stage.look(), arrived), ...figures.problems);
    for (const what of ['good', 'local', 'status', 'window'] as const) {
      const ms = Math.round(figures.slowest[what]);
      if (ms > PROMPT_MS[what]) problems.push(`${what}: took ${ms} ms`);
    }
    if (figures.mostRssMB > before.rssMB + MORE_MB)
      problems.push(`memory: ${Math.round(figures.mostRssMB)} MB`);
    if (!service.isRunning) problems.push('the service has ended');
    const status = JSON.parse(await service.run(['status', '--json'])) as { outgoing: { now: number } };
    if (status.outgoing.now !== 0) problems.push(`${status.outgoing.now} attempts are still under way`);
    await settled(service, before).catch((error: unknown) => problems.push(String(error)));
    problems.push(...(await complaints(service)));
    const rssMB = { before: before.rssMB, most: figures.mostRssMB };
    return { ...figures, places: PLACES.length, arrivedLater: waiting, rssMB, problems };
  } finally {
    await stage.end();
  }
}

async function send({ service: { port } }: BadStage, { size = 300 }: Place, to: string): Promise<void> {
  const body = `Subject: to ${to}\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(Math.ceil(size / 78))}`;
  const { final } = await sendMail({ port, from: ANNA.address, to, body });
  if (final.code !== 250) throw new Error(`Mail for ${to} was answered with ${final.code}.`);
}

function tooMany(stage: BadStage, place: Place): string[] {
  const { most, all } = stage.connections(place);
  const { mostConnections = Number.POSITIVE_INFINITY } = place;
  return [
    ...(most > 1 ? [`${place.name}: ${most} connections at once`] : []),
    ...(all > mostConnections ? [`${place.name}: ${all} connections`] : []),
  ];
}
