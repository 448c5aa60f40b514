/**
 * Whether mail can leave by port 25: the mail servers of a few well-known domains are tried over IPv4 and IPv6, all
 * at once. One that greets is proof; silence from all of them is what a blocked port looks like.
 */
import { isIP, isIPv6 } from 'node:net';
import type { DiagnosisView } from '../contract/diagnose.ts';
import { parseHostPort } from '../contract/fields.ts';
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { Dialogue } from './dialogue.ts';
import { HungUp, TimedOut } from './faults.ts';
import type { NameService, Resolved } from './names.ts';
import { type Found, StepFailed, Steps } from './steps.ts';

/** Domains whose mail servers are always there. */
const WELL_KNOWN: readonly string[] = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.net'];

export interface Port25Test {
  /** Domains, or hosts with a port of their own; none for the usual ones. */
  readonly hosts?: readonly string[] | undefined;
  readonly names: NameService;
  readonly publish: (view: DiagnosisView) => void;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly limits?: Partial<typeof LIMITS>;
}

const LIMITS = { connect: 8_000, greeting: 15_000 };

/** What one attempt came to. */
export type Verdict =
  | 'greeted'
  | 'silent'
  | 'refused'
  | 'reset'
  | 'no way'
  | 'no mail server'
  | 'no name'
  | 'no dns';

/** Rejects only when `signal` is aborted. */
export async function testPort25(test: Port25Test): Promise<void> {
  const { names, publish, signal } = test;
  const steps = new Steps(publish, signal);
  const hosts = new Set(test.hosts && test.hosts.length > 0 ? test.hosts : WELL_KNOWN);
  const verdicts = await Promise.all([...hosts].map((host) => tryHost(host, steps, names, test)));
  const { summary, isBlocked } = conclusion(verdicts.flat());
  steps.end(summary, isBlocked ? 'smart host' : null);
}

/** What all attempts together mean. Pure. */
export function conclusion(verdicts: readonly Verdict[]): { summary: string; isBlocked: boolean } {
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  if (count('greeted') > 0) {
    return { summary: 'Port 25 is open: mail can be sent directly.', isBlocked: false };
  }
  if (verdicts.every((verdict) => verdict === 'no name' || verdict === 'no dns')) {
    if (count('no name') > 0) {
      return {
        summary:
          'DNS knows no such mail servers, so nothing can be said about port 25. Check the names, and which DNS server this machine asks.',
        isBlocked: false,
      };
    }
    return {
      summary:
        'DNS does not answer, so nothing can be said about port 25. Check the network of this machine.',
      isBlocked: false,
    };
  }
  if (count('silent') > 0) {
    return {
      summary:
        'Port 25 seems to be blocked by this network: no mail server could be reached. Send through a SmartHost.',
      isBlocked: true,
    };
  }
  if (count('refused') + count('reset') + count('no mail server') > 0) {
    return {
      summary: 'Something on the way turns mail on port 25 away. Send through a SmartHost.',
      isBlocked: true,
    };
  }
  return { summary: 'There is no way out of this machine just now. Check its network.', isBlocked: false };
}

async function tryHost(host: string, steps: Steps, names: NameService, test: Port25Test): Promise<Verdict[]> {
  const place = parseHostPort(host, 25);
  // A port, or an address, is said of a host; a name alone is a domain, whose mail servers are looked up.
  const isDomain = place !== undefined && isIP(place.host) === 0 && !/:\d+$/.test(host);
  let found: Resolved | undefined;
  try {
    await steps.run(`dns ${host}`, `Look up ${place?.host ?? host}`, async () => {
      if (!place)
        throw new StepFailed(`${host} is not the name of a host.`, 'Use names such as example.com.');
      found = isDomain ? await names.resolveMail(place.host) : await names.resolveHost(place.host);
      if (found.kind !== 'hosts') throw notFound(found.reply, WELL_KNOWN.includes(host));
      const [first, ...others] = found.hosts.map(({ name }) => name);
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      return { detail: isDomain ? `${first}${more}` : addressesOf(found).join(', '), value: undefined };
    });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return [found && found.kind !== 'hosts' && isDnsFault(found.reply) ? 'no dns' : 'no name'];
  }
  const name = found?.kind === 'hosts' ? (found.hosts[0]?.name ?? host) : host;
  const addresses = found?.kind === 'hosts' ? addressesOf(found) : [];
  const tries = [addresses.find((address) => !isIPv6(address)), addresses.find(isIPv6)];
  const port = place?.port ?? 25;
  return Promise.all(
    tries
      .filter((address) => address !== undefined)
      .map((address) => {
        const title = `${name}${port === 25 ? '' : ` port ${port}`} over ${familyOf(address)}`;
        return steps.run(`connect ${host} ${address}`, title, () => tryAddress(address, port, test));
      }),
  );
}

/** Of the first host only: it is the one that a delivery would go to. */
function addressesOf({ hosts }: Extract<Resolved, { kind: 'hosts' }>): readonly string[] {
  return hosts[0]?.addresses ?? [];
}

/** Status 4.4.3: DNS gave no answer (RFC 3463 section 3.5). */
function isDnsFault({ enhanced }: SmtpReply): boolean {
  return enhanced === '4.4.3';
}

function notFound(reply: SmtpReply, isWellKnown: boolean): StepFailed {
  if (isDnsFault(reply)) {
    return new StepFailed(
      replyText(reply),
      'Check whether this machine is online, and which DNS server it asks.',
    );
  }
  const advice = isWellKnown
    ? 'The DNS server that this machine asks does not tell the truth: check which one it is.'
    : 'Check the spelling of the name.';
  return new StepFailed(replyText(reply), advice);
}

function familyOf(address: string): 'IPv4' | 'IPv6' {
  return isIPv6(address) ? 'IPv6' : 'IPv4';
}

async function tryAddress(
  address: string,
  port: number,
  { signal, limits }: Port25Test,
): Promise<Found<Verdict>> {
  const within = { ...LIMITS, ...limits };
  let dialogue: Dialogue | undefined;
  try {
    dialogue = await Dialogue.connect(address, port, within.connect, { note: () => {}, signal });
    const reply = await dialogue.reply(within.greeting);
    dialogue.quit();
    return reply.code === 0 ? noMailServer(`said “${replyText(reply)}”`) : greeted(reply);
  } catch (error) {
    dialogue?.close();
    signal.throwIfAborted();
    return failedAttempt(error, familyOf(address), dialogue !== undefined);
  }
}

/** Whatever it says, it is a mail server, and it was reached. */
function greeted(reply: SmtpReply): Found<Verdict> {
  const detail = `Greeted: ${replyText(reply)}`;
  if (reply.code < 400) return { detail, value: 'greeted' };
  return {
    state: 'warning',
    detail,
    advice:
      reply.code < 500
        ? 'The port is open, but this server takes nobody in just now.'
        : 'The port is open, but this server takes no mail from the address of this network. Many do so with home connections; send through a SmartHost then.',
    value: 'greeted',
  };
}

function failedAttempt(error: unknown, family: 'IPv4' | 'IPv6', wasConnected: boolean): Found<Verdict> {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TimedOut && !wasConnected) {
    const seconds = Math.ceil(error.ms / 1000);
    return {
      state: 'failed',
      detail: `No answer within ${seconds} s: the port seems to be blocked.`,
      value: 'silent',
    };
  }
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH' || code === 'EADDRNOTAVAIL') {
    const state = family === 'IPv6' ? 'skipped' : 'failed';
    const detail =
      family === 'IPv6'
        ? 'This network has no IPv6; IPv4 is enough.'
        : 'This machine has no way out by IPv4.';
    return { state, detail, value: 'no way' };
  }
  if (code === 'ECONNREFUSED') {
    return { state: 'failed', detail: 'The connection was refused.', value: 'refused' };
  }
  if (code === 'ECONNRESET') {
    return {
      state: 'failed',
      detail: 'The connection was cut at once (reset).',
      advice: 'A firewall on the way does not let mail through.',
      value: 'reset',
    };
  }
  if (wasConnected && error instanceof TimedOut) return noMailServer('said nothing at all');
  if (wasConnected && error instanceof HungUp) return noMailServer('hung up without a word');
  return {
    state: 'failed',
    detail: `It could not be reached: ${(error as Error).message}.`,
    value: 'refused',
  };
}

function noMailServer(said: string): Found<Verdict> {
  return {
    state: 'failed',
    detail: `Something answered that is no mail server: it ${said}.`,
    advice: 'A proxy or firewall on the way may have taken the connection.',
    value: 'no mail server',
  };
}
