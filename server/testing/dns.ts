import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { isPortTaken } from './ports.ts';

/** How a name or one of its record types fails; `timeout` never answers. */
export type DnsFailure = 'servfail' | 'timeout' | 'nxdomain';

/**
 * How the answers about a name are spoilt: bytes that are no DNS, the number or the question of another query, or the
 * bit that tells to ask over TCP, where the whole answer is (`truncated`) or the connection is cut (`never-whole`).
 */
export type DnsSpoiling = 'garbage' | 'wrong-id' | 'other-question' | 'truncated' | 'never-whole';

/** What a name has. A type left out means that the name exists without such records. */
export interface DnsRecords {
  /** `{preference: 0, exchange: '.'}` is the null MX (RFC 7505); Node's resolver reports its exchange as ''. */
  MX?: { preference: number; exchange: string }[] | DnsFailure;
  A?: string[] | DnsFailure;
  AAAA?: string[] | DnsFailure;
  TXT?: string[] | DnsFailure;
  /** Followed within the zone, as a recursive server would. */
  CNAME?: string;
  spoilt?: DnsSpoiling;
}

/** Names in any case, without a final dot. A name that is missing does not exist. */
export type DnsZone = Record<string, DnsRecords | DnsFailure>;

export interface FakeDns {
  /** `IP:PORT`, as `Resolver.setServers` and `delivery.dnsServers` take it. */
  address: string;
  /** Live: changes count from the next query on. */
  zone: DnsZone;
  /** All questions so far, names in lower case. */
  queries: { name: string; type: string }[];
  stop(): Promise<void>;
}

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const PLAIN_UDP_LIMIT = 512;
const GARBAGE = Buffer.from('This is no DNS. '.repeat(4));

/**
 * Starts a DNS server that answers from `zone`, over UDP and TCP on the same port of `host`.
 * Answers carry a TTL of 0, so that no resolver remembers what a test has since changed.
 */
export async function startDns(zone: DnsZone = {}, { host = '127.0.0.1' } = {}): Promise<FakeDns> {
  const queries: FakeDns['queries'] = [];
  const { udp, tcp } = await bindBoth(host);
  const connections = new Set<Socket>();

  udp.on('message', (message, peer) => {
    const query = readQuery(() => decode(message));
    const response = query && respond(query, zone, queries);
    if (query === undefined || response === undefined) return;
    const spoiling = spoilingOf(query, zone);
    if (spoiling === 'garbage') return udp.send(GARBAGE, peer.port, peer.address);
    const spoilt = spoil(response, spoiling);
    const wire = encode(spoilt);
    const isWhole = wire.length <= udpLimit(query) && spoiling !== 'truncated' && spoiling !== 'never-whole';
    udp.send(isWhole ? wire : encode(truncated(spoilt)), peer.port, peer.address);
  });

  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket)).on('error', () => {});
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const message = pending;
        pending = pending.subarray(2 + pending.readUInt16BE(0));
        const query = readQuery(() => streamDecode(message));
        const response = query && respond(query, zone, queries);
        const spoiling = query && spoilingOf(query, zone);
        if (spoiling === 'never-whole') socket.destroy();
        else if (response) socket.write(streamEncode(spoil(response, spoiling)));
      }
    });
  });

  return {
    address: host.includes(':') ? `[${host}]:${udp.address().port}` : `${host}:${udp.address().port}`,
    zone,
    queries,
    async stop() {
      for (const socket of connections) socket.destroy();
      const closed = [new Promise((done) => tcp.close(done)), once(udp, 'close')];
      udp.close();
      await Promise.all(closed);
    },
  };
}

async function bindBoth(host: string): Promise<{ udp: UdpSocket; tcp: Server }> {
  for (let attempt = 1; ; attempt++) {
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    udp.bind(0, host);
    await once(udp, 'listening');
    const tcp = createServer().listen(udp.address().port, host);
    try {
      await once(tcp, 'listening');
      return { udp, tcp };
    } catch (error) {
      udp.close();
      if (!isPortTaken(error) || attempt === 50) throw error;
    }
  }
}

function readQuery<T extends Packet>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function respond(query: Packet, zone: DnsZone, queries: FakeDns['queries']): Packet | undefined {
  const question = query.questions?.[0];
  if (question === undefined) return undefined;
  queries.push({ name: question.name.toLowerCase(), type: question.type });

  const answers: Answer[] = [];
  const outcome = collect(new Map(lowerCased(zone)), question.name, question.type, answers);
  if (outcome === 'timeout') return undefined;
  const code = outcome === 'servfail' ? SERVFAIL : outcome === 'nxdomain' ? NXDOMAIN : NOERROR;
  return {
    type: 'response',
    id: query.id,
    flags: code | AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE,
    questions: query.questions,
    answers,
  };
}

function lowerCased(zone: DnsZone): [string, DnsRecords | DnsFailure][] {
  return Object.entries(zone).map(([name, entry]) => [name.toLowerCase(), entry]);
}

/** Adds the answers for one name to `answers`; returns how it failed, if it did. */
function collect(
  zone: Map<string, DnsRecords | DnsFailure>,
  name: string,
  type: string,
  answers: Answer[],
): DnsFailure | undefined {
  const entry = zone.get(name.toLowerCase()) ?? 'nxdomain';
  if (typeof entry === 'string') return entry;
  // The name is echoed as it was asked: resolvers vary its case to recognise forged answers.
  const common = { name, ttl: 0 };
  if (entry.CNAME !== undefined) {
    answers.push({ ...common, type: 'CNAME', data: entry.CNAME });
    const looping = answers.length > 8;
    return type === 'CNAME' || looping ? undefined : collect(zone, entry.CNAME, type, answers);
  }
  if (type !== 'MX' && type !== 'A' && type !== 'AAAA' && type !== 'TXT') return undefined;
  const records = entry[type] ?? [];
  if (typeof records === 'string') return records;
  for (const data of records) answers.push({ ...common, type, data } as Answer);
  return undefined;
}

function udpLimit(query: DecodedPacket): number {
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  return Math.max(PLAIN_UDP_LIMIT, edns?.udpPayloadSize ?? 0);
}

function spoilingOf(query: Packet, zone: DnsZone): DnsSpoiling | undefined {
  const name = query.questions?.[0]?.name.toLowerCase();
  const entry = lowerCased(zone).find(([key]) => key === name)?.[1];
  return typeof entry === 'object' ? entry.spoilt : undefined;
}

function spoil(response: Packet, spoiling: DnsSpoiling | undefined): Packet {
  if (spoiling === 'wrong-id') return { ...response, id: ((response.id ?? 0) + 1) & 0xffff };
  if (spoiling !== 'other-question') return response;
  const name = 'other.test';
  return {
    ...response,
    questions: response.questions?.map((question) => ({ ...question, name })) ?? [],
    answers: response.answers?.map((answer) => ({ ...answer, name }) as Answer) ?? [],
  };
}

function truncated(response: Packet): Packet {
  return { ...response, flags: (response.flags ?? 0) | TRUNCATED_RESPONSE, answers: [] };
}
