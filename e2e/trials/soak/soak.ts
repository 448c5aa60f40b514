/**
 * Hours in minutes: the built service under about half the load this machine can take, with mail for a mailbox, mail
 * to be relayed, and a mailbox that is picked up; settings change every five seconds, and clients and peers hang up
 * at random. In the end every message is accounted for, and the process holds no more than at the beginning.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { unusedPort } from '../../../server/testing/ports.ts';
import { eventually } from '../../../server/testing/temp.ts';
import { zoneOf } from '../../mail.ts';
import { ANNA, makeSeed, type Service, startService } from '../../service.ts';
import type { Sample } from '../trend.ts';
import { complaints, readVitals } from '../vitals.ts';
import { Changes } from './changes.ts';
import { Ledger } from './ledger.ts';
import { type Peers, startPeers } from './peers.ts';
import { Picker } from './pickers.ts';
import { Senders } from './senders.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
}

export interface SoakReport {
  readonly mostPerSecond: number;
  readonly ledger: Ledger;
  readonly settingsApplied: number;
  readonly expectedErrors: number;
  readonly visits: number;
  readonly complaints: readonly string[];
  /** In MB and in numbers, while it ran. */
  readonly memory: readonly Sample[];
  readonly descriptors: readonly Sample[];
  /** Descriptors before the load, and what there is when everybody has left. */
  readonly descriptorsBefore: number;
  readonly settledMB: number;
  readonly settledDescriptors: number;
  readonly leftFiles: number;
}

const SENDERS = 8;
const LEAVE = 0.03;
const EVERY_MS = 5_000;
const MEASURE_MS = 15_000;
const DRAIN_MS = 240_000;
/** Longer than it takes until memory that is only waiting to be collected is given back. */
const REST_MS = 75_000;

export async function soak({ minutes, seed, say = () => {} }: SoakOptions): Promise<SoakReport> {
  const ledger = new Ledger();
  const peers = await startPeers(ledger, 0.02, seed);
  const seeded = await makeSeed();
  try {
    const pop3Port = await unusedPort('127.0.0.1');
    const service = await startService({
      seed: seeded.path,
      settings: {
        incoming: { maxTotal: 40, maxPerHost: 5 },
        outgoing: { maxConnections: 5 },
        delivery: { mxPort: peers.mx.port, retryMinutes: [1] },
        pickup: { pop3: { port: pop3Port, address: '127.0.0.1' } },
      },
      zone: zoneOf('sink.test'),
    });
    try {
      return await soaked({ service, peers, ledger, pop3Port, minutes, seed, say });
    } finally {
      await service.remove();
    }
  } finally {
    await peers.stop();
    await seeded.remove();
  }
}

interface Stage extends Required<SoakOptions> {
  readonly service: Service;
  readonly peers: Peers;
  readonly ledger: Ledger;
  readonly pop3Port: number;
}

async function soaked({ service, peers, ledger, pop3Port, minutes, seed, say }: Stage): Promise<SoakReport> {
  const picker = new Picker({ ledger, port: pop3Port, ...ANNA, leave: 0.2, seed: seed + 1 });
  const senders = { ledger, addresses: { local: ANNA.address, relay: 'bob@sink.test' }, count: SENDERS };
  const mostPerSecond = await measured();
  say(`The most: ${mostPerSecond.toFixed(0)} messages/s; paced to half of it.`);

  const before = await readVitals(service);
  peers.setMoody(true);
  const changes = new Changes({
    service,
    ledger,
    secondPorts: [service.secondPort, await unusedPort('127.0.0.1'), await unusedPort('127.0.0.1')],
    smartHost: `127.0.0.1:${peers.smartHost.port}`,
    everyMs: EVERY_MS,
    seed: seed + 2,
  });
  const paced = new Senders({
    ...senders,
    ports: () => changes.ports,
    perSecond: mostPerSecond / 2,
    leave: LEAVE,
    seed: seed + 3,
  });
  const memory: Sample[] = [];
  const descriptors: Sample[] = [];
  const begun = performance.now();
  for (let turn = 1; performance.now() - begun < minutes * 60_000; turn++) {
    await sleep(EVERY_MS);
    peers.book();
    const at = (performance.now() - begun) / 1000;
    const vitals = await readVitals(service);
    memory.push({ at, value: vitals.rssMB });
    descriptors.push({ at, value: vitals.descriptors });
    if (turn % 12 === 0)
      say(
        `${(at / 60).toFixed(1)} min: ${ledger.count('accepted')} accepted, ${ledger.missing} on their way, ${vitals.rssMB.toFixed(0)} MB`,
      );
  }
  await paced.stop();
  await changes.stop();
  peers.setMoody(false);
  await picker.stop();
  await drained();
  await sleep(REST_MS);
  const settled = await readVitals(service);
  return {
    mostPerSecond,
    ledger,
    settingsApplied: changes.applied,
    expectedErrors: paced.expectedErrors,
    visits: picker.visits,
    complaints: await complaints(service),
    memory,
    descriptors,
    descriptorsBefore: before.descriptors,
    settledMB: settled.rssMB,
    settledDescriptors: settled.descriptors,
    leftFiles: settled.files,
  };

  /** Messages a second without a pace, relayed ones included: what is accepted and what leaves must balance. */
  async function measured(): Promise<number> {
    const ports = [service.port];
    const free = new Senders({ ...senders, ports: () => ports, leave: 0, seed });
    const start = performance.now();
    await sleep(MEASURE_MS);
    await free.stop();
    await eventually(
      () => {
        peers.book();
        return ledger.missing === 0;
      },
      { timeoutMs: DRAIN_MS, intervalMs: 500, what: 'all that was sent to arrive' },
    ).catch((error: Error) => say(error.message));
    return (ledger.count('accepted') / (performance.now() - start)) * 1000;
  }

  /** Whatever waits is tried again at once, until nothing waits. */
  async function drained(): Promise<void> {
    await eventually(
      async () => {
        const waiting = JSON.parse(await service.run(['queue', 'list', '--json'])) as unknown[];
        if (waiting.length > 0) await service.run(['queue', 'retry']);
        peers.book();
        return waiting.length === 0;
      },
      { timeoutMs: DRAIN_MS, intervalMs: 1_000, what: 'an empty queue' },
    );
    peers.book();
  }
}
