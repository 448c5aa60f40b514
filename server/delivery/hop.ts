/**
 * One hop for some recipients of a job: its hosts are found and tried in turn until each recipient has a
 * verdict (RFC 5321 section 5.1). One clock runs over all of it, from the first free slot on.
 *
 * Within a host its addresses are tried one after the other as long as nobody answers; once one has answered,
 * its word is the host's, and who is still without a decision goes to the next host.
 */
import type { Hop } from '../mail/message.ts';
import { noReply } from '../mail/reply.ts';
import type { Recording } from '../mail/transcript.ts';
import { classify, type Happening, mayTryNextHost, type Verdict, weightier } from './classify.ts';
import { openContent } from './content.ts';
import { abortText } from './faults.ts';
import type { Job, QueuedRecipient } from './job.ts';
import type { MxResolver } from './mx.ts';
import { PeerFault } from './peer.ts';
import type { ConnectionPool } from './pool.ts';
import { mxTarget, smartHostTarget, type Target } from './target.ts';
import { refusalFor, transactionFor } from './transaction.ts';

/** What a hop needs from the rest of the engine. */
export interface HopContext {
  readonly resolver: MxResolver;
  readonly pool: ConnectionPool;
  /** Whether connecting to this address and port would reach this very server. */
  isOwn(address: string, port: number): boolean;
  /** Cuts the attempt, for instance when the engine stops. */
  readonly signal: AbortSignal;
  /** Told true when a peer has got a whole message, and false when it has then said what becomes of it. */
  readonly mayBeTaken?: (may: boolean) => void;
  /** The longest one hop may take for a message of so many bytes, in ms. Default: `attemptMs`. */
  readonly attemptMs?: (size: number) => number;
  /** Where the dialogues are recorded. */
  readonly recording?: Recording | undefined;
  /** A fault of our own: the content can't be read, or a mistake in the program. */
  onProblem(error: unknown): void;
}

/** What a hop said about one recipient. */
export interface HopResult {
  /** The host's name, '' when none was reached or named. */
  readonly host: string;
  readonly happening: Happening;
  readonly verdict: Verdict;
}

/** A hop's time for a message of `size` bytes, in ms: 10 minutes, and what 10 KiB a second would take. */
export function attemptMs(size: number): number {
  return 10 * 60_000 + Math.ceil((size / 10_240) * 1000);
}

/** More connections than this to one domain's hosts would bother them without helping anybody. */
const MOST_CONNECTIONS = 10;

/** The results by the recipients' ids; every recipient has one. Never rejects. */
export async function runHop(
  hop: Hop,
  job: Job,
  recipients: readonly QueuedRecipient[],
  context: HopContext,
): Promise<ReadonlyMap<string, HopResult>> {
  const results = new Map<string, HopResult>();
  const clock = startableClock((context.attemptMs ?? attemptMs)(job.message.size), context.signal);
  let left = recipients;

  function note(host: string, happenings: readonly Happening[]): void {
    const ownWords = happenings.filter(({ reply }) => reply.code === 0).map(({ reply }) => reply.text);
    for (const text of new Set(ownWords)) context.recording?.note(text);
    left = left.filter(({ id }, index) => {
      const happening = happenings[index];
      if (happening === undefined) throw new Error(`Recipient ${id} has no result`);
      const interrupted = context.signal.aborted && happening.reply.code === 0;
      const verdict = interrupted ? 'same-hop' : classify(hop, happening);
      results.set(id, weightier(hop, results.get(id), { host, happening, verdict }));
      return mayTryNextHost(happening);
    });
  }

  try {
    const found = await locate(hop, job, context);
    if ('happening' in found)
      note(
        found.host,
        left.map(() => found.happening),
      );
    let answered: string | undefined;
    for (const target of 'targets' in found ? found.targets.slice(0, MOST_CONNECTIONS) : []) {
      if (left.length === 0 || (results.size > 0 && clock.signal.aborted)) break;
      if (target.host === answered) continue;
      const happenings = await tryTarget(target, job, left, clock, context);
      if (happenings.some(({ reply }) => reply.code !== 0)) answered = target.host;
      note(target.host, happenings);
    }
  } catch (error) {
    context.onProblem(error);
    const reply = noReply(
      'Internal error: the message could not be sent for now. The log says more.',
      '4.3.0',
    );
    const happening: Happening = { step: 'connect', reply, sentAll: false };
    for (const { id } of left) results.set(id, { host: '', happening, verdict: 'same-hop' });
  } finally {
    clock.stop();
  }
  return results;
}

type Located =
  | { readonly targets: readonly Target[] }
  | { readonly host: string; readonly happening: Happening };

/** Where the hop's hosts are, best first. */
async function locate(hop: Hop, { domain, settings }: Job, context: HopContext): Promise<Located> {
  const nowhere = (text: string, status: string, host = '') => ({
    host,
    happening: { step: 'dns', reply: noReply(text, status), sentAll: false } as const,
  });
  if (hop === 'mx') {
    const port = settings.delivery.mxPort;
    const found = await context.resolver.resolve(domain, { own: (address) => context.isOwn(address, port) });
    if (found.kind !== 'hosts')
      return { host: '', happening: { step: 'dns', reply: found.reply, sentAll: false } };
    const names = found.hosts.map(({ name }) => name);
    context.recording?.note(`DNS: mail for ${domain} goes to ${names.join(', ')}`);
    return {
      targets: found.hosts.flatMap(({ name, addresses }) =>
        addresses.map((address) => ({ ...mxTarget(name, settings), address })),
      ),
    };
  }
  const target = smartHostTarget(settings);
  if (target === undefined) return nowhere('No SmartHost is set.', '4.3.5');
  const found = await context.resolver.resolveHost(target.host);
  if (found.kind !== 'hosts')
    return { host: target.host, happening: { step: 'dns', reply: found.reply, sentAll: false } };
  const addresses = found.hosts.flatMap((host) => host.addresses);
  if (addresses.some((address) => context.isOwn(address, target.port)))
    return nowhere('The SmartHost is this server itself: mail would go in circles.', '4.4.6', target.host);
  return { targets: addresses.map((address) => ({ ...target, address })) };
}

/** One transaction at one address, for all recipients that the host can take. Rejects only for our own faults. */
async function tryTarget(
  target: Target,
  { message }: Pick<Job, 'message'>,
  recipients: readonly QueuedRecipient[],
  clock: Clock,
  context: Pick<HopContext, 'pool' | 'mayBeTaken' | 'recording'>,
  fresh = false,
): Promise<readonly Happening[]> {
  const { signal } = clock;
  const { pool, mayBeTaken = () => {}, recording } = context;
  const connection = await pool
    .acquire(target, signal, { fresh, onSlot: clock.start, recording })
    .catch((error: unknown) => asHappening(error, signal));
  if ('step' in connection) return recipients.map(() => connection);

  const wasKept = connection.transactions > 0;
  connection.record(recording);
  const outcomes = new Map<string, Happening>();
  let unanswered = false;
  try {
    const takers = recipients.filter((recipient) => {
      const refusal = refusalFor(message, recipient, connection);
      if (refusal) outcomes.set(recipient.id, refusal);
      return refusal === undefined;
    });
    if (takers.length > 0) {
      const { transaction, indexOf } = transactionFor(message, takers, await openContent(message));
      const sent = await connection.send(transaction, signal, () => mayBeTaken(true));
      unanswered = sent.unanswered;
      mayBeTaken(sent.happenings.some(({ sentAll, reply }) => sentAll && reply.code === 0));
      const dsn = connection.facts.extensions.has('DSN');
      for (const taker of takers)
        outcomes.set(taker.id, { ...(sent.happenings[indexOf(taker)] as Happening), dsn });
    }
  } finally {
    connection.record(undefined);
    pool.release(connection);
  }
  // The peer had left while the connection was kept: that was no attempt at anything.
  if (wasKept && unanswered && !signal.aborted)
    return tryTarget(target, { message }, recipients, clock, context, true);
  return recipients.map(({ id }) => outcomes.get(id) as Happening);
}

function asHappening(error: unknown, signal: AbortSignal): Happening {
  if (error instanceof PeerFault) return error.happening;
  if (!signal.aborted) throw error;
  return { step: 'connect', reply: noReply(abortText(signal)), sentAll: false };
}

interface Clock {
  readonly signal: AbortSignal;
  readonly start: () => void;
  readonly stop: () => void;
}

/** A deadline that begins to count at the first `start`; its signal follows `parent` too. */
function startableClock(milliseconds: number, parent: AbortSignal): Clock {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([own.signal, parent]),
    start() {
      timer ??= setTimeout(() => {
        const minutes = Math.ceil(milliseconds / 60_000);
        own.abort(new Error(`The attempt took longer than ${minutes} min and was given up.`));
      }, milliseconds);
    },
    stop: () => clearTimeout(timer),
  };
}
