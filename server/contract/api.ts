/**
 * The one contract between the engine and whoever steers it. Three transports carry it (MessagePort,
 * WebSocket, control socket); the handlers are in `server/api.ts`.
 *
 * What can be expected to go wrong is a typed error here, with a sentence for people in its message.
 */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { diagnosisView } from './diagnose.ts';
import { logFilter, logNews, logPage, MOST_LOG_ROWS, transcriptView } from './log.ts';
import {
  queueDomain,
  queueIds,
  queueIdsInput,
  queuePage,
  queuePageInput,
  queueSteered,
  queueSteerInput,
} from './queue.ts';
import type { Settings } from './settings.ts';
import {
  accountFields,
  accountView,
  directions,
  liveView,
  logKinds,
  logView,
  machineView,
  mailView,
  pausedView,
  queueView,
  statusView,
} from './views.ts';

const issues = z.array(z.object({ path: z.string(), message: z.string() }));
const withIssues = { data: z.object({ issues }) };

/** Settings as they may leave the engine: a secret is '' when unset and null when set. */
const settingsView = z.custom<Settings>((value) => typeof value === 'object' && value !== null);
const snapshot = z.object({
  revision: z.int(),
  settings: settingsView,
  /** Paths of secrets that are stored but can't be read on this system; each has to be entered again. */
  unreadable: z.array(z.string()),
  /** Whether `undo` can take back the last apply. */
  canUndo: z.boolean(),
});
/** A partial settings object; its content is checked by `mergeSettings`, which gives better sentences. */
const patch = z.unknown();
const sentences = z.array(z.string());

const applyErrors = {
  INVALID: withIssues,
  STALE: { data: z.object({ issues, current: snapshot }) },
  PORT_IN_USE: withIssues,
  NOT_PERMITTED: withIssues,
  ADDRESS_NOT_AVAILABLE: withIssues,
  CERTIFICATE_UNREADABLE: withIssues,
  /** The settings file can't be written. */
  NOT_SAVED: withIssues,
} as const;

/** Codes with which `settings.apply` is refused. */
export type ApplyErrorCode = keyof typeof applyErrors;

const notFound = { NOT_FOUND: {} } as const;
/** Which of the answers about an account is at fault. */
const atField = { data: z.object({ field: z.enum(accountFields) }) };
const accountErrors = { ...notFound, CONFLICT: atField, INVALID_INPUT: atField } as const;
const byIp = z.object({ address: z.string() });
const byAddress = z.object({ address: z.string() });
const byDirection = z.object({ direction: z.enum(directions) });
const ids = z.object({ ids: z.array(z.string()) });
const counted = z.object({ count: z.int() });

export const contract = {
  status: {
    get: oc.output(statusView),
    /** The truth, at once and after every change; at most four times a second. */
    live: oc.output(eventIterator(liveView)),
  },
  machine: { get: oc.output(machineView) },
  /** Tests of the way in and out; each tells its steps as they happen, and leaving it ends it. */
  diagnose: {
    /** The SmartHost of the settings with `patch` over them; nothing has to be applied. */
    smartHost: oc
      .input(z.object({ patch: patch.optional(), sendTo: z.string().max(320).optional() }))
      .errors({ INVALID: withIssues })
      .output(eventIterator(diagnosisView)),
    /** Whether other mail servers can be reached; by the usual ones where no hosts are named. */
    port25: oc
      .input(z.object({ hosts: z.array(z.string().max(255)).max(20).optional() }))
      .output(eventIterator(diagnosisView)),
    /** Whether our own ports answer as Waypost. */
    incoming: oc.output(eventIterator(diagnosisView)),
  },
  sessions: {
    /** Ends an incoming session: SMTP is told 421 with the given words, once the command under way is answered. */
    end: oc.input(z.object({ id: z.string(), text: z.string().max(200).optional() })).errors(notFound),
    /** Lets nobody connect from an address for an hour, and ends the sessions that it has. */
    block: oc
      .input(byIp)
      .errors({ INVALID_INPUT: {} })
      .output(z.object({ ended: z.int() })),
    unblock: oc.input(byIp).errors(notFound),
  },
  /** What is paused after it; pausing what is paused changes nothing. */
  traffic: {
    /** Incoming: new connections are turned away with 421. Outgoing: no new attempt starts. */
    pause: oc.input(byDirection).output(pausedView),
    resume: oc.input(byDirection).output(pausedView),
  },
  settings: {
    get: oc.output(snapshot),
    /** Says in words what `apply` would do; refuses what it would refuse without touching anything. */
    preview: oc.input(z.object({ patch })).errors({ INVALID: withIssues }).output(z.object({ sentences })),
    apply: oc
      .input(z.object({ patch, revision: z.int().optional() }))
      .errors(applyErrors)
      .output(snapshot.extend({ sentences })),
    /** Takes back the last apply, secrets included. The revision is the one that is to be undone. */
    undo: oc
      .input(z.object({ revision: z.int() }))
      .errors({ ...applyErrors, NOTHING_TO_UNDO: {} })
      .output(snapshot.extend({ sentences })),
  },
  accounts: {
    list: oc.output(z.array(accountView)),
    add: oc
      .input(
        z.object({
          address: z.string(),
          password: z.string(),
          aliases: z.array(z.string()).optional(),
          quotaMB: z.int().min(0).optional(),
        }),
      )
      .errors(accountErrors)
      .output(accountView),
    update: oc
      .input(
        z.object({
          address: z.string(),
          password: z.string().optional(),
          aliases: z.array(z.string()).optional(),
          quotaMB: z.int().min(0).optional(),
          enabled: z.boolean().optional(),
        }),
      )
      .errors(accountErrors)
      .output(accountView),
    remove: oc
      .input(byAddress)
      .errors(notFound)
      .output(z.object({ removedMessages: z.int() })),
  },
  mail: {
    list: oc.input(byAddress).errors(notFound).output(z.array(mailView)),
    /** A part of the mailbox, newest first. `search` is looked for in sender and subject; `total` counts all that match. */
    page: oc
      .input(
        z.object({
          address: z.string(),
          search: z.string().optional(),
          offset: z.int().min(0),
          limit: z.int().min(1).max(500),
        }),
      )
      .errors(notFound)
      .output(z.object({ total: z.int(), rows: z.array(mailView) })),
    /** One part of the raw message, at most 4 MiB; `total` is the size of the whole in bytes. */
    raw: oc
      .input(z.object({ address: z.string(), id: z.string(), offset: z.int().min(0) }))
      .errors(notFound)
      .output(z.object({ total: z.int(), part: z.instanceof(Blob) })),
    /** Deletes messages; refused when none of them is in the mailbox (any more). `count` is how many were. */
    remove: oc
      .input(z.object({ address: z.string(), ids: z.array(z.string()) }))
      .errors(notFound)
      .output(z.object({ count: z.int() })),
  },
  queue: {
    list: oc.output(z.array(queueView)),
    /** Makes the given recipients due now; all of them when `ids` is empty. */
    retry: oc.input(ids).errors(notFound).output(counted),
    hold: oc.input(ids).errors(notFound).output(counted),
    release: oc.input(ids).errors(notFound).output(counted),
    /** Takes recipients out of the queue without a report; those who are being sent, `busy` of them, stay. */
    remove: oc
      .input(ids)
      .errors(notFound)
      .output(queueSteered.pick({ count: true, busy: true })),
    /** A part of those who fit a filter, in an order. */
    page: oc.input(queuePageInput).output(queuePage),
    /** As `page`, but who they are only: for selecting more than is on the screen. */
    ids: oc.input(queueIdsInput).output(queueIds),
    /** Steers any number of recipients. Who is not in the queue, or not in a state for it, counts as nobody. */
    steer: oc.input(queueSteerInput).output(queueSteered),
    /** The domains with most recipients, at most 100. */
    domains: oc.output(z.array(queueDomain)),
    /** One part of a recipient's message as it will be sent, at most 4 MiB; `total` is its size in bytes. */
    raw: oc
      .input(z.object({ id: z.string(), offset: z.int().min(0) }))
      .errors(notFound)
      .output(z.object({ total: z.int(), part: z.instanceof(Blob) })),
  },
  log: {
    /** The newest entries that match, oldest first. `text` is looked for in all but kind and level. */
    search: oc
      .input(
        z.object({
          text: z.string().optional(),
          kind: z.enum(logKinds).optional(),
          limit: z.int().min(1).max(100_000).default(1000),
        }),
      )
      .output(z.array(logView)),
    /** What matches, beside a cursor: the newest, or the next ones before or after an entry. */
    page: oc
      .input(
        z.object({
          filter: logFilter.default({}),
          /** Only entries older than the one with this id. */
          before: z.int().optional(),
          /** Only entries newer than it, beginning with the oldest of them. */
          after: z.int().optional(),
          limit: z.int().min(1).max(MOST_LOG_ROWS).default(500),
        }),
      )
      .output(logPage),
    /**
     * New entries that match, as they are written, in batches, at most four a second: those after the entry with
     * the id `since`, or from now on. Who is cut off goes on with the last id they got, without gap or double.
     */
    live: oc
      .input(z.object({ filter: logFilter.default({}), since: z.int().optional() }))
      .output(eventIterator(logNews)),
    /** The dialogue of a session or attempt that is over. */
    transcript: oc
      .input(z.object({ session: z.string() }))
      .errors(notFound)
      .output(transcriptView),
  },
};
