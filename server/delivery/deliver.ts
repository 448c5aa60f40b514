/**
 * One job, from hop to hop: each recipient goes as far as it must. What all hops said is kept in order, so
 * that people see why mail took the way it took.
 */
import { BYTES_PER_MB } from '../contract/settings.ts';
import type { Hop, HopReport, Outcome } from '../mail/message.ts';
import { noReply, replyText, type SmtpReply } from '../mail/reply.ts';
import { newSortedId } from '../mail/sorted-id.ts';
import { Recording, type Transcript } from '../mail/transcript.ts';
import { outcomeKind } from './classify.ts';
import { type HopContext, type HopResult, runHop } from './hop.ts';
import type { Job, JobResult, QueuedRecipient } from './job.ts';

/** One line for the mail log. */
export interface DeliveryLogEntry {
  readonly level: 'info' | 'warning' | 'error';
  /** The attempt's id. */
  readonly session: string;
  /** The message's id. */
  readonly message: string;
  /** The recipient, '' when it is about the message as a whole. */
  readonly address: string;
  /** The peer, '' when there is none. */
  readonly host: string;
  readonly text: string;
}

/** What a delivery needs from the rest of the engine. */
export interface DeliveryContext extends Omit<HopContext, 'onProblem' | 'recording'> {
  log(entry: DeliveryLogEntry): void;
  /** Takes what was said during the attempt, when it is over. */
  transcript?(transcript: Transcript): void;
}

/** The context of one attempt. */
interface AttemptContext extends HopContext {
  log(entry: Omit<DeliveryLogEntry, 'session'>): void;
}

/** Our own trace lines are not what the sender may be blamed for, bytes. */
const OWN_LINES = 2048;

/**
 * Makes one attempt for all recipients of the job. Never rejects: whatever a peer does becomes an outcome, and
 * a fault of our own defers with 4.3.0 and a line in the log. When `signal` is aborted, what is not decided
 * yet is deferred.
 */
export async function deliver(job: Job, context: DeliveryContext): Promise<JobResult> {
  const session = newSortedId();
  const recording = new Recording();
  const log: AttemptContext['log'] = (entry) => context.log({ ...entry, session });
  const isOwn: AttemptContext['isOwn'] = (address, port) => context.isOwn(address, port);
  const onProblem = (error: unknown) =>
    log({ level: 'error', message: job.message.id, address: '', host: '', text: problemText(error) });
  const outcomes = await attempt(job, { ...context, isOwn, log, onProblem, recording });
  if (!recording.isEmpty) {
    const hosts = [...outcomes.values()].flatMap(({ reports }) => reports.map(({ host }) => host));
    context.transcript?.({
      session,
      direction: 'outgoing',
      host: hosts.findLast((host) => host !== '') ?? '',
      startedAt: recording.startedAt,
      endedAt: Date.now(),
      lines: recording.toString(),
    });
  }
  return outcomes;
}

async function attempt(job: Job, context: AttemptContext): Promise<JobResult> {
  const { message, settings, hops } = job;
  const limit = settings.maxMessageSizeMB * BYTES_PER_MB;
  if (message.size > limit + OWN_LINES) {
    const reply = noReply(`The message is larger than ${settings.maxMessageSizeMB} MB.`, '5.3.4');
    const report: HopReport = { hop: hops[0] ?? 'mx', host: '', reply };
    return new Map(
      job.recipients.map((recipient) => {
        logResult(context, job, recipient, report, 'failed');
        return [recipient.id, { kind: 'failed', reports: [report] }];
      }),
    );
  }

  const outcomes = new Map<string, Outcome>();
  const reports = new Map<string, HopReport[]>();
  let pending = job.recipients;
  for (const [index, hop] of hops.entries()) {
    const next = hops[index + 1];
    const results = await runHop(hop, job, pending, context);
    pending = pending.filter((recipient) => {
      const report = reportOf(hop, results.get(recipient.id));
      const soFar = [...(reports.get(recipient.id) ?? []), report];
      reports.set(recipient.id, soFar);
      const verdict = results.get(recipient.id)?.verdict ?? 'same-hop';
      const kind = outcomeKind(verdict, report.reply, next !== undefined);
      logResult(context, job, recipient, report, kind ?? 'moved-on');
      if (kind) outcomes.set(recipient.id, { kind, reports: soFar });
      return kind === undefined;
    });
    if (pending.length === 0) break;
  }
  return outcomes;
}

function reportOf(hop: Hop, result: HopResult | undefined): HopReport {
  if (!result) return { hop, host: '', reply: noReply('No result.', '4.3.0') };
  const { host, happening } = result;
  return { hop, host, reply: happening.reply, ...(happening.dsn ? { dsn: true } : {}) };
}

function problemText(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text + (error instanceof Error && error.cause ? ` Cause: ${String(error.cause)}` : '');
}

type Result = Outcome['kind'] | 'moved-on';

const LEVEL: Record<Result, DeliveryLogEntry['level']> = {
  delivered: 'info',
  'moved-on': 'warning',
  deferred: 'warning',
  failed: 'error',
};

function logResult(
  context: AttemptContext,
  { message }: Job,
  { address }: QueuedRecipient,
  { hop, host, reply }: HopReport,
  result: Result,
): void {
  const to = hop === 'smarthost' ? `SmartHost ${host}`.trim() : host;
  const text = `${sentence(result, to)} ${said(reply)}`;
  context.log({ level: LEVEL[result], message: message.id, address, host, text });
}

function sentence(result: Result, to: string): string {
  switch (result) {
    case 'delivered':
      return `Delivered to ${to}:`;
    case 'moved-on':
      return `${to || 'Direct'}: not delivered, the SmartHost is next:`;
    case 'deferred':
      return `${to || 'Direct'}: deferred:`;
    case 'failed':
      return `${to || 'Direct'}: failed:`;
  }
}

/** The reply with its status, even where it is our own word. */
function said(reply: SmtpReply): string {
  return reply.code === 0 ? `${reply.enhanced} ${reply.text}` : replyText(reply);
}
