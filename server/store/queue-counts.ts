/** How long the queue is, counted from its index alone: the live view asks several times a minute. */
import type { Db } from './schema.ts';

/** How many recipients are in which state; `stuck` counts some of the due and deferred once more. */
export interface QueueCounts {
  readonly due: number;
  readonly deferred: number;
  readonly held: number;
  readonly stuck: number;
}

/**
 * How many recipients are due, deferred and held at the given time, and how many of those that are not held have
 * a message received before `stuckBefore`. Times are in ms since 1970.
 */
export async function countQueue(db: Db, now: number, stuckBefore: number): Promise<QueueCounts> {
  const { held, waiting, due, stuck } = await db
    .selectFrom('queue')
    .select(({ fn, eb }) => {
      const count = () => fn.countAll<number>();
      const waits = eb('state', 'in', ['due', 'deferred']);
      return [
        count().filterWhere(eb.not(waits)).as('held'),
        count().filterWhere(waits).as('waiting'),
        count()
          .filterWhere(waits.and('next_attempt_at', '<=', now))
          .as('due'),
        count()
          .filterWhere(waits.and('received_at', '<', stuckBefore))
          .as('stuck'),
      ];
    })
    .executeTakeFirstOrThrow();
  return { due, deferred: waiting - due, held, stuck };
}
