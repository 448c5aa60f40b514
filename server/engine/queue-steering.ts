/**
 * Steering any number of recipients. There is one thread, and all writing waits for the commit before it: so
 * many are steered in small commits, each followed by a turn in which mail is accepted and settled.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueueSteered, QueueVerb } from '../contract/queue.ts';
import { type RemovalParts, removeWithReport } from '../delivery/remove.ts';
import type { Sender } from '../delivery/sender.ts';

export interface Steering {
  readonly verb: QueueVerb;
  readonly ids: readonly string[];
  /** Of `remove`: whether the senders are told. */
  readonly report: boolean;
}

export interface SteeringParts extends RemovalParts {
  readonly sender: Pick<Sender, 'withhold'>;
}

/** Recipients in one commit; fewer where each may need a report of 256 KiB. */
const AT_A_TIME = 250;
const REPORTED_AT_A_TIME = 50;

/** Steers the given recipients. Those who are being sent can't be removed: nobody could tell what they got. */
export async function steerQueue(
  { verb, ids, report }: Steering,
  parts: SteeringParts,
): Promise<QueueSteered> {
  const { store, sender } = parts;
  const total = { count: 0, busy: 0, reports: 0, digested: 0 };
  const size = verb === 'remove' && report ? REPORTED_AT_A_TIME : AT_A_TIME;
  for (const part of partsOf(ids, size)) {
    if (verb === 'remove') {
      await sender.withhold(part, async (free) => {
        const removed = report
          ? await removeWithReport(free, parts)
          : { count: await store.queue.remove(free), reports: 0, digested: 0 };
        total.count += removed.count;
        total.reports += removed.reports;
        total.digested += removed.digested;
        total.busy += part.length - free.length;
      });
    } else {
      const { queue } = store;
      const verbs = {
        retry: () => queue.retry(part, Date.now()),
        hold: () => queue.hold(part),
        release: () => queue.release(part, Date.now()),
      };
      total.count += await verbs[verb]();
    }
    await nextTurn();
  }
  return total;
}

/** Parts of about that size. All of one message are in one part, since one report tells of them all. */
export function partsOf(ids: readonly string[], size: number): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  for (const id of [...new Set(ids)].sort()) {
    if (part.length >= size && messageOf(id) !== messageOf(part.at(-1) ?? '')) {
      parts.push(part);
      part = [];
    }
    part.push(id);
  }
  return part.length > 0 ? [...parts, part] : parts;
}

function messageOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}
