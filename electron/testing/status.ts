/** A status of a Waypost at rest, for tests to change. */
import type { StatusView } from '../../server/contract/views.ts';

export function statusView(part: Partial<StatusView> = {}): StatusView {
  return {
    hostname: 'mail.example.com',
    listeners: [
      { name: 'primary', address: '', port: 25, security: 'starttls', state: 'listening', reason: null },
    ],
    incoming: { now: 0, maxTotal: 20, maxPerHost: 5 },
    outgoing: { now: 0, max: 2 },
    paused: { incoming: false, outgoing: false },
    queue: { due: 0, deferred: 0, held: 0, stuck: 0 },
    stuckAfterHours: 4,
    certificate: { expiresAt: new Date('2036-01-01T00:00:00Z'), own: true },
    storage: { damage: null, logPutAside: null },
    uptimeSeconds: 60,
    ...part,
  };
}
