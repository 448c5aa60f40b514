/** What can be asked of the queue, and what it answers. The whole of it may have 100,000 recipients. */
import { z } from 'zod';
import { queueView } from './views.ts';

/** The most recipients that one page shows, and that one call names. */
const MOST_QUEUE_ROWS = 500;
const MOST_QUEUE_IDS = 20_000;

/** What a queued recipient can be doing; each is in one state at a time. */
export const queueStates = ['due', 'sending', 'deferred', 'held'] as const;

/** What the queue can be sorted by. By the next attempt, those on hold come last: they have none. */
export const queueSorts = ['next', 'received', 'recipient', 'size', 'attempts'] as const;

export const queueVerbs = ['retry', 'hold', 'release', 'remove'] as const;

/** Which recipients are wanted; they have to fit all that is given. */
export const queueFilter = z.object({
  /** Looked for in sender, recipient and last reply, whatever the case of its letters. */
  text: z.string().max(200).optional(),
  state: z.enum(queueStates).optional(),
  /** The recipient's domain. */
  domain: z.string().max(255).optional(),
});

const id = z.string().max(100);

/**
 * An order of recipients. Naming the one of an earlier answer keeps pages in step with each other, whatever
 * happens meanwhile; without it, or where it is forgotten, the order is made anew.
 */
const ordered = z.object({
  filter: queueFilter.default({}),
  sort: z.enum(queueSorts).default('next'),
  direction: z.enum(['ascending', 'descending']).default('ascending'),
  order: z.string().max(100).optional(),
  offset: z.int().min(0),
});

export const queuePageInput = ordered.extend({
  limit: z.int().min(1).max(MOST_QUEUE_ROWS),
  /** Recipients who were there before; the answer tells where they are now. */
  known: z.array(id).max(2000).default([]),
});

export const queueIdsInput = ordered.extend({ limit: z.int().min(1).max(MOST_QUEUE_IDS) });

/** One queued recipient, as the window shows it. */
export const queueRowView = queueView.extend({
  /** The id of its message. */
  message: z.string(),
  receivedAt: z.date(),
  /** On hold: what is being sent just now is not tried again, should that fail. */
  isHeld: z.boolean(),
});

export const queuePage = z.object({
  order: z.string(),
  /** How many fit the filter, together and by their state. */
  total: z.int(),
  counts: z.record(z.enum(queueStates), z.int()),
  /** Null where somebody has left the queue since the order was made. */
  rows: z.array(queueRowView.nullable()),
  /** One for each of the `known`. */
  known: z.array(
    z.object({
      /** The place in the order; null when it is in it no more. */
      index: z.int().nullable(),
      /** True for who has left the queue altogether. */
      isGone: z.boolean(),
    }),
  ),
  /** When it was so, by the clock of the server. */
  readAt: z.date(),
  /** The ways that the next attempts take, in their order. */
  hops: z.array(z.enum(['mx', 'smarthost'])),
  /** How many attempts the settings allow a message in its lifetime, about. */
  tries: z.int(),
});

export const queueIds = z.object({ order: z.string(), ids: z.array(z.string()) });

const steering = z.object({
  verb: z.enum(queueVerbs),
  /** Of `remove`: whether the senders are told. */
  report: z.boolean().default(false),
});

/** Whom to steer: those named, or all who fit a filter but for a few. */
export const queueSteerInput = z.union([
  steering.extend({ ids: z.array(id).max(MOST_QUEUE_IDS) }),
  steering.extend({
    filter: queueFilter,
    /** Leaves alone what was received later: who gave the order did not see it. */
    until: z.date().optional(),
    except: z.array(id).max(MOST_QUEUE_IDS).default([]),
  }),
]);

export const queueSteered = z.object({
  /** For how many recipients it made a difference. */
  count: z.int(),
  /** How many were left alone by `remove` because they are being sent just now. */
  busy: z.int(),
  /** How many reports went out. */
  reports: z.int(),
  /** Of how many recipients senders who get many reports are told later, all at once. */
  digested: z.int(),
});

export const queueDomain = z.object({ domain: z.string(), count: z.int() });

export type QueueState = (typeof queueStates)[number];
export type QueueSort = (typeof queueSorts)[number];
export type QueueVerb = (typeof queueVerbs)[number];
export type QueueFilter = z.infer<typeof queueFilter>;
export type QueueRowView = z.infer<typeof queueRowView>;
export type QueuePage = z.infer<typeof queuePage>;
export type QueuePageInput = z.infer<typeof queuePageInput>;
export type QueueIdsInput = z.infer<typeof queueIdsInput>;
export type QueueSteerInput = z.infer<typeof queueSteerInput>;
export type QueueSteered = z.infer<typeof queueSteered>;
export type QueueDomain = z.infer<typeof queueDomain>;
