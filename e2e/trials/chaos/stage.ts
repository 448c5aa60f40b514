/**
 * What the trials play on: a service with two accounts, POP3 and two domains elsewhere, whose servers tell the model
 * what they take. A gate before those servers keeps all waiting while the harness looks at the queue.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SettingsPatch } from '../../../server/contract/settings.ts';
import { unusedPort } from '../../../server/testing/ports.ts';
import { type SinkHosts, type SinkOptions, startSinkHosts } from '../../../server/testing/sink.ts';
import { eventually } from '../../../server/testing/temp.ts';
import { ANNA, type Service, type ServiceOptions, startService } from '../../service.ts';
import type { Dice } from '../dice.ts';
import { Mailbox } from './mailbox.ts';
import { type Found, Promises, readCopy } from './promises.ts';

export const ACCOUNTS = [ANNA.address, 'ben@waypost.test'] as const;
export const DOMAINS = ['away.test', 'far.test'] as const;
/** Attempts at a time. */
export const SLOTS = 3;

export interface Stage {
  readonly service: Service;
  readonly model: Promises;
  readonly peers: SinkHosts;
  readonly popPort: number;
  /** Lets the servers elsewhere greet, or keeps them silent. */
  setGate(isOpen: boolean): void;
  /** What is there, or as much as the service tells. */
  look(): Promise<Found>;
  /** Everything that a mailbox, the queue and nobody else has: the ids of the messages. */
  idsOf(found: Found): string[];
  end(): Promise<void>;
}

/** Starts all. The throws decide how the servers elsewhere behave. */
export async function setStage(
  throws: Dice,
  options: Omit<ServiceOptions, 'zone' | 'settings'> & { settings?: SettingsPatch } = {},
): Promise<Stage> {
  const model = new Promises();
  let gate = Promise.resolve();
  let open = () => {};
  const script: SinkOptions = {
    greeting: async () => {
      await gate;
      return undefined;
    },
    rcpt: () => (throws.chance(0.03) ? '451 4.3.0 Not now' : undefined),
    body: ({ message }) => {
      const lot = throws.below(100);
      if (lot < 2) return '451 4.3.0 Not now';
      if (lot < 4) return 'drop';
      model.taken(
        message.rcpts.map(({ address }) => address),
        readCopy(message.body.toString('latin1')),
      );
      return lot < 50 ? undefined : { delayMs: throws.below(30), reply: '250 2.0.0 Taken' };
    },
  };
  const peers = await startSinkHosts(['127.0.0.2', '127.0.0.3'], script);
  const popPort = await unusedPort('127.0.0.1');
  const service = await startService({
    ...options,
    zone: {
      'away.test': { MX: [{ preference: 10, exchange: 'mx.away.test' }] },
      'mx.away.test': { A: ['127.0.0.2'] },
      'far.test': { MX: [{ preference: 10, exchange: 'mx.far.test' }] },
      'mx.far.test': { A: ['127.0.0.3'] },
    },
    settings: {
      ...options.settings,
      outgoing: { maxConnections: SLOTS },
      incoming: { maxPerHost: 10 },
      pickup: { pop3: { port: popPort, address: '127.0.0.1' }, maxPerHost: 10 },
      delivery: { mxPort: peers.port, retryMinutes: [60] },
    },
  });
  for (const address of ACCOUNTS) {
    await service.run(['account', 'add', address, '--password-stdin'], ANNA.password);
  }
  const looked = new Map<Found, string[]>();
  return {
    service,
    model,
    peers,
    popPort,
    setGate: (isOpen) => {
      open();
      open = () => {};
      if (!isOpen) gate = new Promise((resolve) => (open = resolve));
    },
    look: async () => {
      const mailboxes = new Map<string, ReturnType<typeof readCopy>[]>();
      const ids: string[] = [];
      for (const account of ACCOUNTS) {
        const mailbox = await Mailbox.open(popPort, account);
        const drops = await mailbox.drops();
        const copies = [];
        for (const { number } of drops) copies.push(readCopy(await mailbox.read(number)));
        mailboxes.set(account, copies);
        ids.push(...drops.map(({ uid }) => uid));
        await mailbox.close();
      }
      const rows = JSON.parse(await service.run(['queue', 'list', '--json'])) as {
        id: string;
        to: string;
        state: Found['queue'][number]['state'];
      }[];
      ids.push(...rows.map(({ id }) => id.slice(0, id.lastIndexOf('-'))));
      const found = { mailboxes, queue: rows };
      looked.clear();
      looked.set(found, ids);
      return found;
    },
    idsOf: (found) => looked.get(found) ?? [],
    end: async () => {
      open();
      await service.remove();
      await peers.stop();
    },
  };
}

/** Files of content that belongs to no message, in sentences. @param found what was looked at last */
export async function strayContent({ service, idsOf }: Stage, found: Found): Promise<string[]> {
  const known = new Set(idsOf(found));
  const strays = (await readdir(join(service.folder, 'messages'))).filter((name) => !known.has(name));
  return strays.map((name) => `messages/${name} belongs to no message`);
}

/** Lets the queue run until nothing waits any more but what is on hold. Returns what is wrong then. */
export async function settleQueue({ service, model, setGate, look }: Stage): Promise<string[]> {
  setGate(true);
  await eventually(
    async () => {
      // What was told to come later comes now.
      await service.run(['queue', 'retry']).catch(() => {});
      const queue = JSON.parse(await service.run(['queue', 'list', '--json'])) as { state: string }[];
      return queue.every(({ state }) => state === 'held');
    },
    { timeoutMs: 60_000, intervalMs: 100, what: 'a queue that has run' },
  );
  return model.checkSettled(await look());
}
