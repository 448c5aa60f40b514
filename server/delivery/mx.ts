/**
 * Which hosts take the mail of a domain (RFC 5321 section 5.1).
 *
 * MX records by preference, those of equal preference in random order; without any, the domain's own
 * addresses. A host that is this server is left out with all that are no better than it, or two servers that
 * both think the other is nearer would pass a message to and fro. What DNS can't say for now is temporary;
 * only its clear "no" is final.
 *
 * Nothing is remembered between calls: Node tells no TTL of MX records, and the system's resolver has a cache.
 */
import { promises as dns, type MxRecord } from 'node:dns';
import { isIP } from 'node:net';
import { noReply, type SmtpReply } from '../mail/reply.ts';

/** A host and its addresses, IPv4 first: small senders rarely have a name for their IPv6 address in DNS. */
export interface MailHost {
  readonly name: string;
  readonly preference: number;
  readonly addresses: readonly string[];
}

/** What DNS says. The replies have code 0: they are our own words, with a status (RFC 3463). */
export type Resolution =
  | { readonly kind: 'hosts'; readonly hosts: readonly MailHost[] }
  | { readonly kind: 'final'; readonly reply: SmtpReply }
  | { readonly kind: 'temporary'; readonly reply: SmtpReply };

export interface MxResolver {
  /** The hosts of a domain in ASCII or of an address literal; `own` tells addresses at which we listen. */
  resolve(domain: string, options: { readonly own: (address: string) => boolean }): Promise<Resolution>;
  /** The addresses of one host, such as the SmartHost: a name or an IP address. Never `final` for good. */
  resolveHost(name: string): Promise<Resolution>;
}

export interface MxResolverOptions {
  /** `IP`, `IP:PORT` or `[IPv6]:PORT` each; empty: those of the system. */
  readonly servers: readonly string[];
  /** The longest one query may take, all tries included, in ms. Default: 10 s. */
  readonly queryMs?: number;
  /** From 0 to below 1. Default: `Math.random`. */
  readonly random?: () => number;
}

type Found<T> = { readonly kind: 'found'; readonly records: readonly T[] };
type Lookup<T> = Found<T> | { readonly kind: 'no-name' | 'no-records' | 'failed' };

const TRIES = 2;
/** More hosts than this no domain needs; a hostile one could name hundreds. */
const MOST_HOSTS = 20;

/** Resolves with the given servers. It holds nothing open: when settings change, make a new one. */
export function createMxResolver(options: MxResolverOptions): MxResolver {
  const { servers, queryMs = 10_000, random = Math.random } = options;

  /** With a resolver of its own: one bad answer ends all that its resolver asks at the time. */
  async function query<T>(ask: (resolver: dns.Resolver) => Promise<T[]>): Promise<Lookup<T>> {
    const resolver = new dns.Resolver({ timeout: Math.ceil(queryMs / TRIES), tries: TRIES });
    if (servers.length > 0) resolver.setServers(servers);
    try {
      const records = await within(queryMs, ask(resolver));
      return records.length > 0 ? { kind: 'found', records } : { kind: 'no-records' };
    } catch (error) {
      return { kind: failureOf(error) };
    }
  }

  async function addressesOf(name: string): Promise<Lookup<string>> {
    if (isIP(name)) return { kind: 'found', records: [name] };
    const [four, six] = await Promise.all([
      query((resolver) => resolver.resolve4(name)),
      query((resolver) => resolver.resolve6(name)),
    ]);
    const records = [four, six].flatMap((each) => (each.kind === 'found' ? each.records : []));
    if (records.length > 0) return { kind: 'found', records };
    if (four.kind === 'failed' || six.kind === 'failed') return { kind: 'failed' };
    return { kind: four.kind === 'no-name' ? 'no-name' : 'no-records' };
  }

  async function hostsOf(domain: string): Promise<Resolution | MailHost[]> {
    const literal = literalAddress(domain);
    if (literal !== undefined) return [{ name: literal, preference: 0, addresses: [literal] }];
    if (domain.startsWith('[')) return final('5.1.2', `${domain} is not an IP address.`);

    const mx = await query((resolver) => resolver.resolveMx(domain));
    if (mx.kind === 'failed') return temporary(`DNS gave no answer about ${domain} for now.`);
    if (mx.kind === 'no-name') return final('5.1.2', `The domain ${domain} does not exist.`);
    if (mx.kind === 'found') {
      const named = mx.records.filter(({ exchange }) => exchange !== '' && exchange !== '.');
      // RFC 7505: a single record that names no host.
      if (named.length === 0) return final('5.1.10', `The domain ${domain} accepts no mail (null MX).`);
      return withAddresses(domain, named);
    }
    return withAddresses(domain, [{ exchange: domain, priority: 0 }]);
  }

  async function withAddresses(
    domain: string,
    records: readonly MxRecord[],
  ): Promise<Resolution | MailHost[]> {
    const shuffled = records.map((record) => ({ ...record, draw: random() }));
    shuffled.sort((a, b) => a.priority - b.priority || a.draw - b.draw);
    const lookups = await Promise.all(
      shuffled.slice(0, MOST_HOSTS).map(async ({ exchange, priority }) => ({
        name: exchange,
        preference: priority,
        found: await addressesOf(exchange),
      })),
    );
    const hosts = lookups.flatMap(({ name, preference, found }) =>
      found.kind === 'found' ? [{ name, preference, addresses: found.records }] : [],
    );
    if (hosts.length > 0) return hosts;
    if (lookups.some(({ found }) => found.kind === 'failed'))
      return temporary(`DNS gave no address for the mail servers of ${domain} for now.`);
    return final(
      '5.1.2',
      `The domain ${domain} has no mail server: neither an MX record nor an address leads to one.`,
    );
  }

  return {
    async resolve(domain, { own }) {
      const hosts = await hostsOf(domain);
      if (!Array.isArray(hosts)) return hosts;
      const ours = hosts.filter(({ addresses }) => addresses.some(own)).map(({ preference }) => preference);
      const limit = Math.min(...ours, Number.POSITIVE_INFINITY);
      const others = hosts.filter(({ preference }) => preference < limit);
      if (others.length > 0) return { kind: 'hosts', hosts: others };
      return final(
        '5.4.6',
        `The mail servers of ${domain} lead back to this server, which has no such domain: a loop.`,
      );
    },

    async resolveHost(name) {
      // RFC 6761 section 6.3: this name never leaves the machine.
      if (name === 'localhost') return single(name, ['127.0.0.1', '::1']);
      if (isIP(name)) return single(name, [name]);
      const found =
        servers.length > 0
          ? await addressesOf(name)
          : await query(async () => {
              // Unlike the Resolver, this one knows the hosts file and the names of the local network.
              const all = await dns.lookup(name, { all: true, order: 'ipv4first' });
              return all.map(({ address }) => address);
            });
      if (found.kind === 'found') return single(name, found.records);
      if (found.kind === 'failed') return temporary(`DNS gave no answer about ${name} for now.`);
      return temporary(noAddressText(name, found.kind, servers.length > 0), '4.4.4');
    },
  };
}

function single(name: string, addresses: readonly string[]): Resolution {
  return { kind: 'hosts', hosts: [{ name, preference: 0, addresses }] };
}

/** @param isCertain DNS said so itself; the system tells no missing name from a missing address */
function noAddressText(name: string, kind: 'no-name' | 'no-records', isCertain: boolean): string {
  if (!isCertain) return `No address is known for ${name}.`;
  return kind === 'no-name'
    ? `The name ${name} does not exist.`
    : `The name ${name} exists, but has no address.`;
}

function final(status: string, text: string): Resolution {
  return { kind: 'final', reply: noReply(text, status) };
}

function temporary(text: string, status = '4.4.3'): Resolution {
  return { kind: 'temporary', reply: noReply(text, status) };
}

/** The address in `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3), if it is one. */
function literalAddress(domain: string): string | undefined {
  const inner = /^\[(?:ipv6:)?(.*)\]$/i.exec(domain)?.[1] ?? '';
  return isIP(inner) ? inner : undefined;
}

/** Only the name server's own words are a "no". Time-outs, refusals and broken answers may pass. */
function failureOf(error: unknown): 'no-name' | 'no-records' | 'failed' {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case dns.NOTFOUND:
    case dns.BADNAME:
      return 'no-name';
    case dns.NODATA:
      return 'no-records';
    default:
      return 'failed';
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
