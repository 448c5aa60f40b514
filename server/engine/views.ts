/** What the engine's parts hold, as windows and the command line see it. Pure. */
import type { Settings } from '../contract/settings.ts';
import type { ListenerView, QueueView, SessionView, StatusView } from '../contract/views.ts';
import { planHops, routeText } from '../delivery/plan.ts';
import type { Session } from '../receive/session.ts';
import type { QueueEntry } from '../store/queue.ts';

/** What is going on now; times are milliseconds since 1970. */
export interface StatusFacts {
  readonly settings: Settings;
  readonly listeners: ListenerView[];
  readonly incoming: number;
  readonly outgoing: number;
  readonly queue: StatusView['queue'];
  readonly startedAt: number;
  readonly now: number;
}

export function statusView(facts: StatusFacts): StatusView {
  const { hostname, incoming, outgoing } = facts.settings;
  const { maxTotal, maxPerHost } = incoming;
  return {
    hostname,
    listeners: facts.listeners,
    incoming: { now: facts.incoming, maxTotal, maxPerHost },
    outgoing: { now: facts.outgoing, max: outgoing.maxConnections },
    queue: facts.queue,
    uptimeSeconds: Math.floor((facts.now - facts.startedAt) / 1000),
  };
}

export function sessionView(session: Session): SessionView {
  const { id, remoteAddress, localPort, since, phase, account, bytes, messages } = session;
  const from = { id, peer: remoteAddress, port: localPort, since: new Date(since) };
  return { ...from, phase, account, bytes, messages };
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
