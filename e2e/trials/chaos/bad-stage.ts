/** A service that sends to all the bad destinations at once, the good ones beside them, and what can be seen of each. */
import type { DnsZone } from '../../../server/testing/dns.ts';
import { unusedPort } from '../../../server/testing/ports.ts';
import { type Sink, startSink } from '../../../server/testing/sink.ts';
import { ANNA, type Service, startService } from '../../service.ts';
import { startBadPeer } from './bad-peer.ts';
import { PLACES, type Place } from './bad-places.ts';
import { Mailbox } from './mailbox.ts';

export const GOOD = ['good.test', 'fine.test'] as const;
const GOOD_HOST = '127.0.8.1';
/** As many as can be set. */
const SLOTS = 20;

interface Row {
  readonly to: string;
  readonly state: 'due' | 'sending' | 'deferred' | 'held';
  readonly lastReply: string | null;
}

/** What there is to see of recipients, by their addresses. */
export interface Seen {
  /** In the queue. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** How often a server took the message over, and how often one got it and didn't say so. */
  readonly taken: ReadonlyMap<string, number>;
  readonly withheld: ReadonlyMap<string, number>;
  /** Reports to the sender that name them. */
  readonly reports: ReadonlyMap<string, number>;
}

export interface BadStage {
  readonly service: Service;
  readonly good: Sink;
  /**
   * The most connections at once, and all so far, at the peer of a place; 0 where nobody listens. A rough peer does not
   * read, and so can't tell when the other side has left.
   */
  connections(place: Place): { readonly most: number; readonly all: number };
  /** The queue, by recipients. */
  queue(): Promise<Seen['rows']>;
  look(): Promise<Seen>;
  /** Cuts all the bad peers off; connecting to them is refused from now on. */
  stopPeers(): Promise<void>;
  /** From now on every name has an MX that behaves. */
  mend(): void;
  end(): Promise<void>;
}

/** The domain of a place. */
export function domainOf({ name }: Place): string {
  return `${name}.test`;
}

/** Starts all. Needs the loopback addresses 127.0.8.1 and 127.0.9.1 and up, as Linux and Windows have them. */
export async function setBadStage(): Promise<BadStage> {
  const hosts = PLACES.map((_, at) => `127.0.9.${at + 1}`);
  const port = await unusedPort(GOOD_HOST, ...hosts);
  const good = await startSink({ host: GOOD_HOST, port });
  const zone: DnsZone = Object.assign({}, ...GOOD.map((name) => goodRecords(name)));
  const sinks = new Map<Place, Sink>();
  const peers = new Map<Place, Awaited<ReturnType<typeof startBadPeer>>>();
  for (const [at, place] of PLACES.entries()) {
    const host = hosts[at] ?? '';
    const self = domainOf(place);
    Object.assign(zone, place.dns?.(self, host) ?? records(self, host));
    if (place.script) sinks.set(place, await startSink({ ...place.script, host, port }));
    if (place.talk) peers.set(place, await startBadPeer(host, port, place.talk));
  }
  const popPort = await unusedPort('127.0.0.1');
  const service = await startService({
    zone,
    settings: {
      outgoing: { maxConnections: SLOTS },
      incoming: { maxPerHost: 10 },
      pickup: { pop3: { port: popPort, address: '127.0.0.1' } },
      delivery: { mxPort: port, perDestination: 1, retryMinutes: [240] },
    },
  });
  await service.run(['account', 'add', ANNA.address, '--password-stdin'], ANNA.password);
  const stopPeers = async () => {
    await Promise.all([...sinks.values(), ...peers.values()].map((peer) => peer.stop()));
    peers.clear();
  };
  const queue = async () => {
    const rows = JSON.parse(await service.run(['queue', 'list', '--json'])) as Row[];
    return Map.groupBy(rows, (row) => row.to);
  };
  return {
    service,
    good,
    connections: (place) => {
      const [sink, peer] = [sinks.get(place), peers.get(place)];
      return { most: sink?.maxSeen ?? 0, all: sink?.sessions.length ?? peer?.seen ?? 0 };
    },
    queue,
    look: async () => {
      const all = [good, ...sinks.values()];
      const addresses = (kind: 'messages' | 'refused') =>
        all.flatMap((sink) => sink[kind].flatMap(({ rcpts }) => rcpts.map(({ address }) => address)));
      return {
        rows: await queue(),
        taken: counted(addresses('messages')),
        withheld: counted(addresses('refused')),
        reports: counted(await reported(popPort)),
      };
    },
    stopPeers,
    mend: () => {
      for (const place of PLACES) Object.assign(service.dns.zone, goodRecords(domainOf(place)));
    },
    end: async () => {
      await service.remove();
      await stopPeers();
      await good.stop();
    },
  };
}

function records(self: string, address: string): DnsZone {
  return { [self]: { MX: [{ preference: 10, exchange: `mx.${self}` }] }, [`mx.${self}`]: { A: [address] } };
}

/** Under a name of its own: the others' may fail for ever. */
function goodRecords(self: string): DnsZone {
  const exchange = `good-mx.${self}`;
  return { [self]: { MX: [{ preference: 10, exchange }] }, [exchange]: { A: [GOOD_HOST] } };
}

function counted(list: readonly string[]): Map<string, number> {
  return new Map([...Map.groupBy(list, (one) => one)].map(([one, all]) => [one, all.length]));
}

/** The recipients whom reports in the mailbox say to have failed. */
async function reported(popPort: number): Promise<string[]> {
  const mailbox = await Mailbox.open(popPort, ANNA.address);
  const found: string[] = [];
  for (const { number } of await mailbox.drops()) {
    const text = await mailbox.read(number);
    if (!/^Action: failed$/m.test(text.replaceAll('\r', ''))) continue;
    found.push(/^Final-Recipient: rfc822; ?(\S+)/im.exec(text)?.[1] ?? 'nobody');
  }
  await mailbox.close();
  return found;
}
