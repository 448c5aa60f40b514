/** What is right for a recipient at each moment of the trial of bad peers. Pure. */
import type { Place } from './bad-places.ts';
import type { Seen } from './bad-stage.ts';

/** Compares what is seen of a recipient with what has to be, in sentences. */
export type Judge = (place: Place, address: string, seen: Seen) => string[];

const IN_QUEUE = '1 in the queue, 0 taken, 0 reported';
const TAKEN = '0 in the queue, 1 taken, 0 reported';
const REPORTED = '0 in the queue, 0 taken, 1 reported';

function countsOf(address: string, { rows, taken, reports }: Seen): string {
  const of = (map: ReadonlyMap<string, number>) => map.get(address) ?? 0;
  return `${rows.get(address)?.length ?? 0} in the queue, ${of(taken)} taken, ${of(reports)} reported`;
}

/** Whoever has said his word: it is what the table says. */
export const ended: Judge = ({ end }, address, seen) => {
  const counts = countsOf(address, seen);
  const reply = seen.rows.get(address)?.[0]?.lastReply ?? '';
  const told = `${address}: ${counts}; ${reply.slice(0, 200)}`;
  if (end === 'delivered') return counts === TAKEN ? [] : [told];
  if ('failed' in end) return counts === REPORTED ? [] : [told];
  return counts === IN_QUEUE && end.deferred.test(reply) ? [] : [told];
};

/** Nothing is decided: it is in the queue. */
export const waits: Judge = (_, address, seen) => {
  const counts = countsOf(address, seen);
  return counts === IN_QUEUE ? [] : [`${address}, which hangs: ${counts}`];
};

/** After all: failed with a report, or taken over once. */
export const arrived: Judge = ({ end, mayHaveIt }, address, seen) => {
  const isFailed = end !== 'delivered' && 'failed' in end;
  const counts = countsOf(address, seen);
  const withheld = seen.withheld.get(address) ?? 0;
  const isRight = counts === (isFailed ? REPORTED : TAKEN) && withheld <= (mayHaveIt ? 1 : 0);
  return isRight ? [] : [`${address}, at last: ${counts}; ${withheld} times had without a yes`];
};
