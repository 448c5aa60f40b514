/** What the engine's parts hold, as windows and the command line see it. Pure. */
import type { QueueRowView } from '../contract/queue.ts';
import type { Settings } from '../contract/settings.ts';
import type {
  BlockView,
  CertificateView,
  ListenerView,
  PausedView,
  QueueView,
  SessionView,
  StatusView,
  StorageView,
} from '../contract/views.ts';
import { planHops, routeText } from '../delivery/plan.ts';
import type { PickupSession } from '../pickup/pop3-server.ts';
import type { Session } from '../receive/session.ts';
import type { Block } from '../sign-in/blocks.ts';
import type { QueueEntry } from '../store/queue.ts';
import type { Moment } from '../store/queue-order.ts';
import type { QueuePageRow } from '../store/queue-pages.ts';

/** What is going on now; times are milliseconds since 1970. */
export interface StatusFacts {
  readonly settings: Settings;
  readonly listeners: ListenerView[];
  readonly incoming: number;
  readonly outgoing: number;
  readonly paused: PausedView;
  readonly queue: StatusView['queue'];
  readonly certificate: CertificateView;
  readonly storage: StorageView;
  readonly startedAt: number;
  readonly now: number;
}

/** Where no delay notices are sent. */
const STUCK_HOURS = 4;

export function statusView(facts: StatusFacts): StatusView {
  const { hostname, incoming, outgoing } = facts.settings;
  const { maxTotal, maxPerHost } = incoming;
  return {
    hostname,
    listeners: facts.listeners,
    incoming: { now: facts.incoming, maxTotal, maxPerHost },
    outgoing: { now: facts.outgoing, max: outgoing.maxConnections },
    paused: facts.paused,
    queue: facts.queue,
    stuckAfterHours: stuckAfterHours(facts.settings),
    certificate: facts.certificate,
    storage: facts.storage,
    uptimeSeconds: Math.floor((facts.now - facts.startedAt) / 1000),
  };
}

/** After how many hours waiting mail counts as stuck. */
export function stuckAfterHours({ delivery }: Settings): number {
  return delivery.delayNoticeHours || STUCK_HOURS;
}

export function sessionView(session: Session): SessionView {
  const { id, remoteAddress, localPort, since, phase, account, bytes, messages } = session;
  const from = {
    id,
    protocol: 'SMTP' as const,
    peer: remoteAddress,
    port: localPort,
    since: new Date(since),
  };
  return { ...from, phase, account, bytes, messages };
}

export function pickupView({ id, remoteAddress, localPort, since, account }: PickupSession): SessionView {
  const from = {
    id,
    protocol: 'POP3' as const,
    peer: remoteAddress,
    port: localPort,
    since: new Date(since),
  };
  return { ...from, phase: account === '' ? 'connected' : 'signed in', account, bytes: 0, messages: 0 };
}

export function blockView({ address, reason, since, until }: Block): BlockView {
  return { address, reason, since: new Date(since), until: new Date(until) };
}

/** @param isSending whether a queued recipient, by its id, is being sent right now */
export function queueViews(
  entries: readonly QueueEntry[],
  settings: Settings,
  isSending: (id: string) => boolean,
): QueueView[] {
  const route = routeText(planHops(settings));
  return entries.map((entry) => ({
    ...entry,
    state: isSending(entry.id) ? 'sending' : entry.state,
    nextAttemptAt: entry.state === 'held' ? null : new Date(entry.nextAttemptAt),
    route,
  }));
}

/** As `queueViews`, at a moment: who waits is due when their time has come. Null stays null. */
export function queueRowViews(
  rows: readonly (QueuePageRow | null)[],
  settings: Settings,
  { now, sending }: Moment,
): (QueueRowView | null)[] {
  const route = routeText(planHops(settings));
  return rows.map((row) => {
    if (!row) return null;
    const { messageId, receivedAt, nextAttemptAt, state, ...rest } = row;
    const isHeld = state === 'held';
    const waiting = nextAttemptAt <= now ? 'due' : 'deferred';
    return {
      ...rest,
      message: messageId,
      receivedAt: new Date(receivedAt),
      state: sending.has(row.id) ? 'sending' : isHeld ? 'held' : waiting,
      isHeld,
      nextAttemptAt: isHeld ? null : new Date(nextAttemptAt),
      route,
    };
  });
}
