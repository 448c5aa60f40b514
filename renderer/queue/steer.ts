import type { QueueSteered, QueueVerb } from '../../server/contract/queue.ts';
import type { Client } from '../client.ts';
import type { QueueListState } from './queue-list-state.ts';

/** The most ids that one call names. */
const AT_A_TIME = 20_000;

/** Steers those who are selected. Rejects as the calls do; what was done by then stays done. */
export async function steerSelected(
  { queue }: Pick<Client, 'queue'>,
  verb: QueueVerb,
  { selection, scope }: Pick<QueueListState, 'selection' | 'scope'>,
  report = false,
): Promise<QueueSteered> {
  const { all, ids } = selection;
  const named = [...ids];
  // Exceptions are made one by one, so there are never many.
  if (all) return queue.steer({ verb, report, filter: scope.filter, until: all.until, except: named });
  const total = { count: 0, busy: 0, reports: 0, digested: 0 };
  for (let from = 0; from < named.length; from += AT_A_TIME) {
    const part = await queue.steer({ verb, report, ids: named.slice(from, from + AT_A_TIME) });
    total.count += part.count;
    total.busy += part.busy;
    total.reports += part.reports;
    total.digested += part.digested;
  }
  return total;
}
